package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.status.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the node into the network and back into it: looks itself up through the bootstrap addresses and the nodes of an
 * earlier run, again with growing pauses while nobody answers. A node without bootstrap addresses is the first of its
 * network: it is ready at once, alone until somebody comes. That it is cut off, it says.
 */
final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    /** By then those who joined at the same moment know each other. */
    private static final Duration SECOND_LOOK_AFTER = Duration.ofSeconds(5);
    /** A pause between checks so much longer than it should be: the machine slept, or the process was stopped. */
    private static final Duration SLEEP_MIN = Duration.ofMinutes(1);

    private final Environment environment;
    private final LocalNode local;
    private final KademliaSettings settings;
    private final ContactBook contacts;
    private final BiFunction<Key, Boolean, CompletionStage<LookupResult>> lookup;
    private final Upkeep upkeep;
    private volatile State state = State.STARTING;
    private volatile String reason = "the node has just started";
    private Registration checks = () -> { };
    private Registration retry = () -> { };
    private Registration secondLook = () -> { };
    private List<Contact> remembered = List.of();
    private Instant checkedAt;
    private long checkedNanos;
    private int attempts;
    private boolean joining;
    private boolean retrying;
    private boolean joinAgain;
    private boolean stopped;

    /** @param lookup looks a key up; with true through the bootstrap addresses as well */
    Joining(
            Environment environment,
            LocalNode local,
            KademliaSettings settings,
            ContactBook contacts,
            BiFunction<Key, Boolean, CompletionStage<LookupResult>> lookup) {
        this.environment = environment;
        this.local = local;
        this.settings = settings;
        this.contacts = contacts;
        this.lookup = lookup;
        this.upkeep = new Upkeep(environment, contacts, settings, key -> lookup.apply(key, false));
    }

    /** May be called from any thread. */
    State state() {
        return state;
    }

    /** May be called from any thread. */
    String reason() {
        return reason;
    }

    /** @param known contacts of an earlier run, those to be relied on first */
    void start(List<Contact> known) {
        remembered = known;
        checks = environment.loop().every(settings.checkEvery(), this::check);
        checkedAt = environment.clock().now();
        checkedNanos = environment.clock().nanoTime();
        known.stream().limit(Anchors.MAX).forEach(contacts::heardOf);
        if (alone()) {
            ready();
        } else {
            join();
        }
    }

    /** Contacts of an earlier run, to be asked while nobody is known. */
    List<Contact> remembered() {
        return remembered;
    }

    void stop() {
        stopped = true;
        retry.close();
        secondLook.close();
        checks.close();
    }

    /** This node has a new id and so another place, or has become one to be remembered: it looks around there. */
    void moved() {
        if (joining) {
            joinAgain = true;
        } else if (!alone()) {
            join();
        }
    }

    /** Somebody is there where nobody was. */
    void found() {
        if (checkedAt != null) {
            join();
        }
    }

    private void join() {
        if (stopped || joining) {
            return;
        }
        joining = true;
        retrying = false;
        retry.close();
        if (state != State.READY && attempts == 0) {
            state = State.JOINING;
            reason = "looking for the network at " + local.bootstrap().size() + " bootstrap addresses and "
                    + remembered.size() + " nodes known before";
        }
        lookup.apply(local.id(), true).thenAccept(this::joined);
    }

    private void joined(LookupResult result) {
        joining = false;
        if (stopped) {
            return;
        }
        if (joinAgain) {
            joinAgain = false;
            join();
        } else if (result instanceof LookupResult.Failed) {
            isolated();
        } else {
            attempts = 0;
            ready();
            upkeep.joined();
            secondLook.close();
            secondLook = environment.loop().schedule(upkeep.jittered(SECOND_LOOK_AFTER), upkeep::lookAgain);
        }
    }

    /** Tries again later. Who was never given bootstrap addresses is the first of a network, and goes on by itself. */
    private void isolated() {
        if (alone()) {
            ready();
            return;
        }
        Duration pause = settings.joinRetryMin().multipliedBy(1L << Math.min(attempts, 16));
        pause = pause.compareTo(settings.joinRetryMax()) > 0 ? settings.joinRetryMax() : pause;
        attempts++;
        // Without bootstrap addresses nobody is to be found, only to come: that need not keep the node from being ready.
        state = local.bootstrap().isEmpty() ? State.WAITING : State.JOINING;
        reason = "cut off: none of " + local.bootstrap().size() + " bootstrap addresses and " + knownBefore()
                + " nodes known before answers" + silence() + "; is this machine connected, and is UDP let through? attempt "
                + attempts + ", the next in about " + pause.toSeconds() + " s";
        retrying = true;
        retry = environment.loop().schedule(upkeep.jittered(pause), this::join);
    }

    private String silence() {
        long now = environment.clock().nanoTime();
        return contacts.silence().complete(now)
                ? ", nobody at all for " + contacts.silence().lasts(now).toSeconds() + " s"
                : "";
    }

    /** Nobody to look for. */
    private boolean alone() {
        return local.bootstrap().isEmpty() && knownBefore() == 0;
    }

    private int knownBefore() {
        return Math.max(remembered.size(), contacts.tables().size());
    }

    private void ready() {
        state = State.READY;
        reason = contacts.tables().size() > 0 ? ""
                : "alone: no bootstrap address is configured, and no other node has come yet";
    }

    /** Isolation and sleep are noticed and mended; else the tables are kept. */
    private void check() {
        if (slept()) {
            contacts.doubtAll();
            join();
        } else if (contacts.isolated()) {
            if (!joining && !retrying) {
                isolated();
            }
        } else if (state != State.READY || retrying) {
            // Somebody has found us meanwhile.
            join();
        } else {
            ready();
            upkeep.tick();
        }
    }

    private boolean slept() {
        Instant wall = environment.clock().now();
        long nanos = environment.clock().nanoTime();
        // A suspended machine's monotonic clock stands still, its wall clock does not; of a stopped process both go on.
        Duration passed = Duration.between(checkedAt, wall);
        Duration monotonic = Duration.ofNanos(nanos - checkedNanos);
        Duration longest = passed.compareTo(monotonic) > 0 ? passed : monotonic;
        checkedAt = wall;
        checkedNanos = nanos;
        boolean slept = longest.compareTo(settings.checkEvery().plus(SLEEP_MIN)) > 0;
        if (slept) {
            LOG.info("Nothing ran here for {} s: the contacts of {} are asked again",
                    longest.toSeconds(), local.keySpace().name());
        }
        return slept;
    }
}
