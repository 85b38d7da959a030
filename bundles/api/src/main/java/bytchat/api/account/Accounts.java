package bytchat.api.account;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Creates and lists the accounts of this node. May be used from any thread. */
@ProviderType
public interface Accounts {
    int ACCOUNTS_MAX = 16;

    /**
     * Makes a new person: an RSA-3072 key, and a device key for this node, written to the keystore before it completes.
     *
     * @param name shown to others in the signed meta; 1 to 64 characters
     * @return completes on the event loop with the account, whose service is then registered; fails with
     *         {@link IllegalArgumentException} for a bad name or too many accounts, {@link java.io.IOException} if it could not be saved
     */
    CompletionStage<Account> create(String name);

    /**
     * Changes name and avatar of an account and saves them; who publishes meta hears of it by a change of the service's
     * property {@code bytchat.revision}.
     *
     * @param avatar PNG or JPEG of at most 16 KiB, or empty to have none
     */
    CompletionStage<Void> describe(byte[] fingerprint, String name, byte[] avatar);

    List<Account> unlocked();
}
