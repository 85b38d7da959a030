package bytchat.discovery.lan.internal;

import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says from time to time that this node is here, and suggests those it hears to routing, which asks them before it believes anything. In
 * the manner of BEP 14, with a group and a form of its own.
 *
 * <p>Threats: somebody in the local network who announces a thousand nodes, or a victim's address, gets a few pings a minute sent and no
 * more. A thousand honest nodes that all greet a newcomer; who has heard three others do so keeps silent. Whoever listens learns that
 * this node is here and what its id is; so this is off unless the operator installs it.
 */
final class LanDiscovery implements StatusSource {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Of others' greetings that a newcomer needs. */
    private static final int GREETINGS_ENOUGH = 3;

    private final Environment environment;
    private final LocalNode local;
    private final RoutingPlane routing;
    private final LanGroup group;
    private final LanSettings settings;
    private final Map<Contact, Long> heardAtNanos;
    private Registration receiving = () -> { };
    private Registration nextAnnouncement = () -> { };
    private Registration greeting = () -> { };
    private boolean greetingDue;
    private int greetingsOfOthers;
    private long minuteSinceNanos;
    private int heardInMinute;
    private volatile Counts counts = new Counts(0, 0, 0, 0, 0);

    /** What happened so far; replaced on the loop, read from anywhere. */
    private record Counts(long announced, long suggested, long others, long garbled, long dropped) {
    }

    LanDiscovery(Environment environment, LocalNode local, RoutingPlane routing, LanGroup group, LanSettings settings) {
        this.environment = environment;
        this.local = local;
        this.routing = routing;
        this.group = group;
        this.settings = settings;
        this.heardAtNanos = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Contact, Long> eldest) {
                return size() > settings.heardMax();
            }
        };
    }

    /** Begins; from any thread. */
    void start() {
        environment.loop().execute(() -> {
            receiving = group.receive(this::received);
            minuteSinceNanos = environment.clock().nanoTime();
            nextAnnouncement = environment.loop().schedule(someOf(ANSWER_WITHIN), this::announceAndGoOn);
        });
    }

    /** From any thread. */
    void stop() {
        environment.loop().execute(() -> {
            receiving.close();
            nextAnnouncement.close();
            greeting.close();
        });
    }

    private void announceAndGoOn() {
        announce();
        Duration every = isAlone() ? settings.aloneEvery() : settings.announceEvery();
        // Three quarters to five quarters, so that nodes that started together do not go on together.
        nextAnnouncement = environment.loop().schedule(every.multipliedBy(3).dividedBy(4).plus(someOf(every.dividedBy(2))),
                this::announceAndGoOn);
    }

    private void announce() {
        greeting.close();
        greetingDue = false;
        group.send(new Announcement(local.keySpace().hash().name(), local.keySpace().network(), local.listen().getPort(), local.id())
                .encode());
        counts = new Counts(counts.announced + 1, counts.suggested, counts.others, counts.garbled, counts.dropped);
    }

    private boolean isAlone() {
        return routing.closest(local.id(), 1).isEmpty();
    }

    private Duration someOf(Duration most) {
        return Duration.ofMillis(environment.random().nextInt((int) most.toMillis()));
    }

    private void received(InetAddress from, byte[] datagram) {
        try {
            Announcement said = Announcement.decode(datagram);
            if (!said.isFor(local.keySpace())) {
                counts = new Counts(counts.announced, counts.suggested, counts.others + 1, counts.garbled, counts.dropped);
            } else if (!said.id().equals(local.id())) {
                heard(new Contact(said.id(), new InetSocketAddress(from, said.port())));
            }
        } catch (BencodeException e) {
            counts = new Counts(counts.announced, counts.suggested, counts.others, counts.garbled + 1, counts.dropped);
        }
    }

    private void heard(Contact contact) {
        long now = environment.clock().nanoTime();
        if (greetingDue && ++greetingsOfOthers >= GREETINGS_ENOUGH) {
            greeting.close();
            greetingDue = false;
        }
        Long before = heardAtNanos.get(contact);
        if (before != null && now - before < MINUTE.toNanos()) {
            return;
        }
        if (now - minuteSinceNanos >= MINUTE.toNanos()) {
            minuteSinceNanos = now;
            heardInMinute = 0;
        }
        if (heardInMinute >= settings.heardPerMinute()) {
            counts = new Counts(counts.announced, counts.suggested, counts.others, counts.garbled, counts.dropped + 1);
            return;
        }
        heardInMinute++;
        heardAtNanos.remove(contact);
        heardAtNanos.put(contact, now);
        counts = new Counts(counts.announced, counts.suggested + 1, counts.others, counts.garbled, counts.dropped);
        routing.suggest(List.of(contact));
        if (before == null && !greetingDue) {
            greetingDue = true;
            greetingsOfOthers = 0;
            greeting = environment.loop().schedule(someOf(ANSWER_WITHIN), this::announce);
        }
    }

    @Override
    public String part() {
        return "discovery.lan~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        Counts now = counts;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("announcements_sent", now.announced);
        facts.put("nodes_suggested", now.suggested);
        facts.put("of_other_networks", now.others);
        facts.put("garbled", now.garbled);
        facts.put("over_the_limit", now.dropped);
        return Status.ready(facts);
    }
}
