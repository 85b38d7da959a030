package bytchat.presence.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.presence.Presence;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.wire.sign.Verifier;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** {@link Presence} over the trackers of a UID (protocol, section 6). May be used from any thread. */
public final class PresenceClient implements Presence, StatusSource {
    private final PresenceSettings settings;
    private final Environment environment;
    private final LocalNode node;
    private final Holders holders;
    private final Finder finder;
    private final List<Announcement> announcements = new CopyOnWriteArrayList<>();
    private final LongAdder finds = new LongAdder();
    private final LongAdder findFailures = new LongAdder();

    public PresenceClient(PresenceSettings settings, Environment environment, LocalNode node, Holders holders,
            Verifier verifier) {
        this(settings, environment, node, holders, verifier, EnumSet.allOf(FindCheck.class));
    }

    PresenceClient(PresenceSettings settings, Environment environment, LocalNode node, Holders holders,
            Verifier verifier, Set<FindCheck> checks) {
        this.settings = settings;
        this.environment = environment;
        this.node = node;
        this.holders = holders;
        this.finder = new Finder(environment, node.keySpace(), holders, verifier, checks);
    }

    @Override
    public Registration announce(Account account) {
        Announcement announcement = new Announcement(settings, environment, node, holders, account);
        announcements.add(announcement);
        environment.loop().execute(announcement::refresh);
        return () -> {
            if (announcements.remove(announcement)) {
                environment.loop().execute(announcement::close);
            }
        };
    }

    @Override
    public CompletionStage<List<Sighting>> find(Key uid) {
        CompletableFuture<List<Sighting>> found = new CompletableFuture<>();
        environment.loop().execute(() -> finder.find(uid).whenComplete((sightings, failure) -> {
            finds.increment();
            if (failure != null) {
                findFailures.increment();
            }
            found.complete(failure == null ? sightings : List.of());
        }));
        return found;
    }

    /** Lets go of every tracker. */
    public void close() {
        announcements.forEach(announcement -> environment.loop().execute(announcement::close));
        announcements.clear();
    }

    @Override
    public String part() {
        return "presence~" + node.keySpace().name();
    }

    /** READY if every account is bound somewhere; else the state and reason of the first that is not. */
    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        Status worst = Status.ready(Map.of());
        for (Announcement announcement : announcements) {
            Status one = announcement.status();
            facts.put(announcement.name(), one.facts());
            if (worst.state() == State.READY) {
                worst = one;
            }
        }
        facts.put("finds", finds.sum());
        facts.put("find_failures", findFailures.sum());
        return new Status(worst.state(), worst.reason(), facts);
    }
}
