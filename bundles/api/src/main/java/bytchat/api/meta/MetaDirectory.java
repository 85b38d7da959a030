package bytchat.api.meta;

import bytchat.api.account.Account;
import bytchat.api.keyspace.Key;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Publishes and fetches meta. Service property {@code bytchat.keyspace}. May be called from any thread. */
@ProviderType
public interface MetaDirectory {
    /**
     * Signs the account's name, avatar, devices and prekeys and puts them to the holders of the meta key, with a timestamp
     * above the newest seen.
     *
     * @return completes on the event loop with how many of the holders took it; zero is not a failure, {@link Published#reason()}
     *         says why
     */
    CompletionStage<Published> publish(Account account);

    /**
     * Asks all holders, takes the newest valid record, and writes it back where it was stale. Never answers one older than it
     * has seen before.
     *
     * @return completes on the event loop; empty if nobody had a valid record
     */
    CompletionStage<Optional<MetaRecord>> fetch(Key uid);

    /** How a publication went. */
    record Published(int stored, int holders, String reason) {
    }
}
