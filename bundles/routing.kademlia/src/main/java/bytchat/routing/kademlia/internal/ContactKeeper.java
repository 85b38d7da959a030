package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the known contacts once, and saves those of the table now and then when they have changed. */
final class ContactKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ContactKeeper.class);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(30);

    private final Environment environment;
    private final KnownContacts known;
    private final Supplier<List<Contact>> contacts;
    private Registration saving = () -> { };
    private List<Contact> saved = List.of();
    private boolean complained;

    ContactKeeper(Environment environment, KnownContacts known, Supplier<List<Contact>> contacts) {
        this.environment = environment;
        this.known = known;
        this.contacts = contacts;
    }

    /** Completes on the loop; never fails: what cannot be read is not remembered. */
    CompletionStage<List<Contact>> load() {
        return environment.workers().submit(known::load).exceptionally(failure -> {
            complain("The contacts of the last run cannot be read, so the bootstrap addresses are needed", failure);
            return List.of();
        });
    }

    void start() {
        saving = environment.loop().every(SAVE_EVERY, this::save);
    }

    void stop() {
        saving.close();
        save();
    }

    /** Nobody known is not worth remembering: those of before may be back. */
    private void save() {
        List<Contact> now = contacts.get();
        if (now.isEmpty() || now.equals(saved)) {
            return;
        }
        saved = now;
        environment.workers()
                .submit(() -> {
                    known.save(now.subList(0, Math.min(KnownContacts.MAX, now.size())));
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
