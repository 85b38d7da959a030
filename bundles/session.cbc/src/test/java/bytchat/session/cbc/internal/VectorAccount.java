package bytchat.session.cbc.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceList;
import bytchat.api.account.Prekeys;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.X25519;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An account of which a vector knows the prekey privates, and nothing else that agreeing needs. */
record VectorAccount(byte[] publicKey, byte[] prekeyX25519, byte[] prekeyMlkem) implements Account {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public byte[] fingerprint() {
        return Digests.sha512(publicKey);
    }

    @Override
    public byte[] deviceId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Credentials credentials() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Prekeys prekeys() {
        return Prekeys.of(X25519.publicKey(prekeyX25519), MlKem768.publicKey(prekeyMlkem), 1_800_000_000_000L);
    }

    @Override
    public byte[] avatar() {
        return new byte[0];
    }

    @Override
    public CompletionStage<byte[]> signAsAccount(byte[] message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] signAsDevice(byte[] message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> adopt(DeviceList shown) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<PrekeySecrets> openPrekey(byte[] prekeysHash, byte[] ephemeral, byte[] ciphertext) {
        return CompletableFuture.completedFuture(
                new PrekeySecrets(X25519.agree(prekeyX25519, ephemeral),
                        MlKem768.decapsulate(prekeyMlkem, ciphertext)));
    }
}
