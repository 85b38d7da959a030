package bytchat.api.account;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Creates and lists the accounts of this node. May be used from any thread. */
@ProviderType
public interface Accounts {
    int ACCOUNTS_MAX = 16;
    /** Bytes of an exported account. */
    int EXPORT_BYTES_MAX = 64 * 1024;

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

    /**
     * The account as a file to keep, or to carry to another node: account key, name, avatar and device list, never a device's key or a
     * prekey. Sealed under a key that Argon2id makes of the passphrase.
     *
     * @param passphrase copied; 8 to 1,024 bytes
     * @return completes on the event loop with at most {@link #EXPORT_BYTES_MAX} bytes; fails with {@link IllegalArgumentException} for a
     *         passphrase of another length or an account that is not here
     */
    CompletionStage<byte[]> exportAccount(byte[] fingerprint, byte[] passphrase);

    /**
     * Makes this node a new device of an account that was exported: with a device key, certificate and prekeys of its own, and a device
     * list of the next number that names it too, all in the keystore before it completes.
     *
     * @return completes on the event loop with the account, whose service is then registered; fails with {@link IllegalArgumentException},
     *         whose message says in a sentence what is wrong (damaged, another passphrase, the account is here already, too many accounts or
     *         devices), or {@link java.io.IOException} if it could not be saved: then nothing has changed
     */
    CompletionStage<Account> importAccount(byte[] file, byte[] passphrase);

    List<Account> unlocked();
}
