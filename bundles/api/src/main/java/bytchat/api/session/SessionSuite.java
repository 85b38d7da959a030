package bytchat.api.session;

import bytchat.api.account.Account;
import bytchat.api.account.Prekeys;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * How two handshakes become a session, and a session seals messages. Service property {@code bytchat.suite} = {@link #number()}.
 * May be used from any thread; stages complete on the event loop.
 */
@ConsumerType
public interface SessionSuite {
    /** The number on the wire; the highest common one is used. */
    int number();

    String name();

    /**
     * The part of a handshake that answers the other side's prekeys.
     *
     * @return completes with what to send and what to keep; fails with {@link SessionException} if the prekeys are malformed
     */
    CompletionStage<Offer> offer(Prekeys theirs);

    /**
     * The session of two handshakes, whichever side calls: both get the same.
     *
     * @param secret what {@link #offer} gave to keep for {@code mine}
     * @return completes with the session; fails with {@link SessionException}, or {@link Account.UnknownPrekeyException} if the prekey that
     *         {@code theirs} used is gone
     */
    CompletionStage<Session> agree(Account self, Handshake mine, byte[] secret, Handshake theirs);

    /** Seals under a key of its own per (device, sequence): the caller never gives the same pair for two plaintexts. */
    byte[] seal(Session session, MessageContext context, byte[] plaintext);

    /** @throws SessionException if the bytes were not sealed so */
    byte[] open(Session session, MessageContext context, byte[] sealed) throws SessionException;

    /**
     * @param ephemeral  X25519 public key, 32 bytes
     * @param ciphertext ML-KEM-768 ciphertext
     * @param secret     to keep, sealed, until the session is superseded; opaque
     */
    record Offer(byte[] ephemeral, byte[] ciphertext, byte[] secret) {
    }

    /**
     * @param id   16 bytes
     * @param root 64 bytes, secret
     */
    record Session(int suite, byte[] id, byte[] root) {
    }

    /**
     * What a sealed message is bound to.
     *
     * @param device         sending device's id
     * @param additionalData canonical envelope without {@code content} and {@code sig}
     */
    record MessageContext(byte[] device, long sequence, byte[] additionalData) {
    }
}
