package bytchat.accounts.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceList;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.wire.crypto.Digests;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

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
    private final Changer changer;
    private volatile AccountKeys keys;

    /** Changes follow one another: the end of the last one begun. Used on the loop. */
    private CompletionStage<Void> lastChange = CompletableFuture.completedFuture(null);

    /** @param changer saves a change and puts it in place, from any thread */
    LocalAccount(Environment environment, AccountKeys keys, FileSeal seal, Changer changer) {
        this.environment = environment;
        this.changer = changer;
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

    @Override
    public CompletionStage<Boolean> adopt(DeviceList shown) {
        return changer.change(this, keys -> keys.adopting(shown, environment.clock().millis(), environment.random()));
    }

    /** Saves first, and only then lets others see; one change after the other. */
    @FunctionalInterface
    interface Changer {
        /**
         * @param changing runs on the worker pool; gives the very same object for no change, fails with {@link IllegalArgumentException} for
         *                 one that is refused
         * @return completes on the loop with whether it changed
         */
        CompletionStage<Boolean> change(LocalAccount account, UnaryOperator<AccountKeys> changing);
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
