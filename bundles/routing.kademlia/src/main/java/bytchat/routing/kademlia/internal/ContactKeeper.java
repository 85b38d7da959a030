package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the known contacts once, and saves those of the table now and then when they have changed. */
final class ContactKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ContactKeeper.class);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

    private final Environment environment;
    private final KnownContacts known;
    private final RoutingTables tables;
    /** Made now: when this node stops, its bundle may be gone, and loads no class any more. */
    private final Anchors anchors = new Anchors();
    private Registration saving = () -> { };
    private List<Contact> saved = List.of();
    private int savedChanges;
    private boolean complained;

    ContactKeeper(Environment environment, KnownContacts known, RoutingTables tables) {
        this.environment = environment;
        this.known = known;
        this.tables = tables;
    }

    /** Completes on the loop; never fails: what cannot be read is not remembered. */
    CompletionStage<List<Contact>> load() {
        return environment.workers().submit(known::load).exceptionally(failure -> {
            complain("The contacts of the last run cannot be read, so the bootstrap addresses are needed", failure);
            return List.of();
        });
    }

    /** @param loaded what {@link #load} has given */
    void start(List<Contact> loaded) {
        saved = loaded;
        if (known != KnownContacts.NONE) {
            saving = environment.loop().every(SAVE_EVERY, this::save);
        }
    }

    void stop() {
        saving.close();
        save();
    }

    /** Nobody known is not worth remembering: those of before may be back. */
    private void save() {
        if (known == KnownContacts.NONE || tables.size() == 0 || tables.changes() == savedChanges) {
            return;
        }
        savedChanges = tables.changes();
        List<Contact> now = anchors.order(tables.nodes(), saved);
        saved = now;
        environment.workers()
                .submit(() -> {
                    known.save(now);
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        complain("The contacts cannot be saved for the next run", failure);
                    }
                });
    }

    private void complain(String what, Throwable failure) {
        if (!complained) {
            complained = true;
            Throwable cause = Failures.cause(failure);
            LOG.warn("{}: {}", what, cause.getMessage());
        }
    }
}
