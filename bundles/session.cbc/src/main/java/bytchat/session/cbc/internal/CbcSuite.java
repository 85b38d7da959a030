package bytchat.session.cbc.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BInteger;
import bytchat.api.env.Failures;
import bytchat.api.env.WorkerPool;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.AesCbcHmac;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Hkdf;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.X25519;
import bytchat.wire.sign.Signed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Suite 1: X25519 and ML-KEM-768 together, then A256CBC-HS512 (protocol section 9).
 *
 * <p>Threats and answers. Who records everything and breaks one of the two exchanges later still lacks the other: both
 * go into the root. Who changes a handshake changes the transcript, hence the root, and ends with a session that nobody
 * else has. Who stole A's keys cannot pose as B toward A: every handshake is signed by its maker's device, which the
 * caller verifies <em>before</em> it comes here ({@code wire}'s verifier), and no secret of A's goes into that
 * signature. A point of small order, which would make an X25519 result known to all, is refused. One key per (device,
 * sequence) and a random IV: no key stream and no MAC is ever used for two plaintexts.
 *
 * <p>There are no roles: both sides order the pair by the makers' fingerprints and compute the same. What
 * {@link #offer} gives to keep is
 * {@code ephemeral private (32) ‖ X25519(ephemeral, their prekey) (32) ‖ ML-KEM secret (32)}.
 */
public final class CbcSuite implements SessionSuite {
    static final int NUMBER = 1;
    static final String NAME = "x25519-mlkem768-a256cbc-hs512";
    static final int ROOT_BYTES = 64;
    static final int SESSION_ID_BYTES = 16;
    static final int OFFER_SECRET_BYTES = X25519.KEY_BYTES + X25519.KEY_BYTES + MlKem768.SECRET_BYTES;
    private static final byte[] ROOT_INFO = "BytChat/1 root\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MESSAGE_INFO = "BytChat/1 message\0".getBytes(StandardCharsets.US_ASCII);

    private final WorkerPool workers;
    private final SecureRandom random;

    public CbcSuite(WorkerPool workers, SecureRandom random) {
        this.workers = workers;
        this.random = random;
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public CompletionStage<Offer> offer(Prekeys theirs) {
        return workers.submit(() -> {
            byte[] ephemeral = X25519.generatePrivateKey(random);
            try {
                byte[] shared = X25519.agree(ephemeral, theirs.x25519());
                MlKem768.Encapsulation sent = MlKem768.encapsulate(theirs.mlkem(), random);
                return new Offer(X25519.publicKey(ephemeral), sent.ciphertext(),
                        join(ephemeral, shared, sent.secret()));
            } catch (IllegalArgumentException e) {
                throw new SessionException("their prekeys cannot be used: " + e.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Session> agree(Account self, Handshake mine, byte[] secret, Handshake theirs) {
        byte[] kept = secret.clone();
        return workers.submit(() -> {
            requirePair(self, mine, kept, theirs);
            return self;
        }).thenCompose(account -> account.openPrekey(theirs.prekeysUsed(), theirs.ephemeral(), theirs.ciphertext()))
                .thenCompose(opened -> workers.submit(() -> session(mine, kept, theirs, opened)))
                .exceptionally(CbcSuite::refuse);
    }

    @Override
    public byte[] seal(Session session, MessageContext context, byte[] plaintext) {
        return AesCbcHmac.seal(messageKey(session, context), context.additionalData(), plaintext, random);
    }

    @Override
    public byte[] open(Session session, MessageContext context, byte[] sealed) throws SessionException {
        return AesCbcHmac.open(messageKey(session, context), context.additionalData(), sealed)
                .orElseThrow(() -> new SessionException(
                        "the message was not sealed in this session, or has been changed"));
    }

    private static void requirePair(Account self, Handshake mine, byte[] secret, Handshake theirs)
            throws SessionException {
        byte[] own = self.fingerprint();
        require(Arrays.equals(mine.maker(), own), "the first handshake was not made by this account");
        require(Arrays.equals(theirs.reader(), own), "the handshake is for somebody else");
        require(Arrays.equals(mine.reader(), theirs.maker()), "the two handshakes are not each other's answer");
        require(!Arrays.equals(theirs.maker(), own), "a handshake with oneself");
        require(offers(mine) && offers(theirs), "suite " + NUMBER + " is not offered by both");
        require(secret.length == OFFER_SECRET_BYTES
                && Arrays.equals(mine.ephemeral(), X25519.publicKey(Arrays.copyOf(secret, 32))),
                "what was kept does not belong to this handshake");
    }

    private static boolean offers(Handshake handshake) {
        return handshake.dict().requireList("suites").contains(new BInteger(NUMBER));
    }

    private static void require(boolean holds, String otherwise) throws SessionException {
        if (!holds) {
            throw new SessionException(otherwise);
        }
    }

    private static Session session(Handshake mine, byte[] secret, Handshake theirs, Account.PrekeySecrets opened) {
        byte[] ephemeral = Arrays.copyOf(secret, 32);
        byte[] myX25519 = Arrays.copyOfRange(secret, 32, 64);
        byte[] myMlkem = Arrays.copyOfRange(secret, 64, 96);
        byte[] both = X25519.agree(ephemeral, theirs.ephemeral());
        boolean first = Arrays.compareUnsigned(mine.maker(), theirs.maker()) < 0;
        byte[] transcript = first ? transcript(mine, theirs) : transcript(theirs, mine);
        byte[] secrets = first
                ? join(myX25519, opened.x25519(), both, myMlkem, opened.mlkem())
                : join(opened.x25519(), myX25519, both, opened.mlkem(), myMlkem);
        byte[] root = Hkdf.derive(transcript, secrets, join(ROOT_INFO, new byte[] {NUMBER}), ROOT_BYTES);
        return new Session(NUMBER, Arrays.copyOf(transcript, SESSION_ID_BYTES), root);
    }

    /** SHA-512 over the SHA-512 of both, canonical and without signature. */
    private static byte[] transcript(Handshake first, Handshake second) {
        return Digests.sha512(hash(first), hash(second));
    }

    private static byte[] hash(Handshake handshake) {
        return Digests.sha512(Bencode.encode(handshake.dict().without(Signed.SIG)));
    }

    private static byte[] messageKey(Session session, MessageContext context) {
        byte[] sequence = ByteBuffer.allocate(Long.BYTES).putLong(context.sequence()).array();
        return Hkdf.expand(session.root(), join(MESSAGE_INFO, context.device(), sequence), AesCbcHmac.KEY_BYTES);
    }

    /** A key of small order or a ciphertext of the wrong length is the other side's doing, not a mistake in a call. */
    private static Session refuse(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        throw new CompletionException(cause instanceof IllegalArgumentException
                ? new SessionException("the handshake cannot be used: " + cause.getMessage()) : cause);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
