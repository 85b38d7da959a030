package bytchat.accounts.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.wire.crypto.Digests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An unlocked account. Readers of any thread see one immutable {@link AccountKeys}; the loop puts its successor in
 * place once that is on disk.
 *
 * <p>Threat: another bundle, or a bug in one, carries a private key away. Answer: no method gives one, in any form:
 * callers hand in what is to be signed or opened.
 */
public final class LocalAccount implements Account {
    private final Environment environment;
    private final byte[] publicKey;
    private final byte[] fingerprint;
    private final byte[] deviceId;
    private final FileSeal seal;
    private volatile AccountKeys keys;

    /** Changes follow one another: the end of the last one begun. Used on the loop. */
    private CompletionStage<Void> lastChange = CompletableFuture.completedFuture(null);

    LocalAccount(Environment environment, AccountKeys keys, FileSeal seal) {
        this.environment = environment;
        this.keys = keys;
        this.seal = seal;
        this.publicKey = keys.publicKey();
        this.fingerprint = keys.fingerprint();
        this.deviceId = Digests.sha512_256(keys.deviceKey());
    }

    @Override
    public String name() {
        return keys().name();
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    @Override
    public byte[] deviceId() {
        return deviceId.clone();
    }

    @Override
    public Credentials credentials() {
        return keys().credentials();
    }

    @Override
    public Prekeys prekeys() {
        return keys().prekeys().get(0).prekeys();
    }

    @Override
    public byte[] avatar() {
        return keys().avatar();
    }

    @Override
    public CompletionStage<byte[]> signAsAccount(byte[] message) {
        byte[] copy = message.clone();
        return environment.workers().submit(() -> keys().signAsAccount(copy, environment.random()));
    }

    @Override
    public byte[] signAsDevice(byte[] message) {
        return keys().signAsDevice(message);
    }

    @Override
    public CompletionStage<PrekeySecrets> openPrekey(byte[] prekeysHash, byte[] ephemeral, byte[] ciphertext) {
        BBytes hash = BBytes.of(prekeysHash);
        return environment.workers()
                .submit(() -> keys().prekeys().stream().filter(pair -> pair.hash().equals(hash)).findFirst()
                .orElseThrow(() -> new UnknownPrekeyException("the prekey " + hash + " is not, or no longer, here"))
                .open(ephemeral, ciphertext));
    }

    /** Counts up with every change of name, avatar, prekeys or credentials. */
    long revision() {
        return keys().revision();
    }

    AccountKeys keys() {
        AccountKeys current = keys;
        if (current == null) {
            throw new IllegalStateException("the account has been locked");
        }
        return current;
    }

    FileSeal seal() {
        return seal;
    }

    CompletionStage<Void> lastChange() {
        return lastChange;
    }

    void lastChange(CompletionStage<Void> change) {
        lastChange = change;
    }

    void replace(AccountKeys successor) {
        if (keys != null) {
            keys = successor;
        }
    }

    /** From now on it signs and opens nothing. */
    void lock() {
        keys = null;
    }
}
