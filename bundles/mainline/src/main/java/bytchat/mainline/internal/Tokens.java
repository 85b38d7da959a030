package bytchat.mainline.internal;

import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;

/**
 * Write tokens (BEP 5): the hash of a secret that changes, and of the asker's address.
 *
 * <p>Threat: somebody writes from an address that is not theirs, to fill the room in others' names or to send strangers to a victim.
 * Answer: who writes must show what was sent to that very address no longer than two periods ago.
 */
final class Tokens {
    static final int TOKEN_BYTES = 8;
    private static final int SECRET_BYTES = 20;

    private final Environment environment;
    private final HashAlgorithm hash;
    private final long periodNanos;
    private byte[] secret;
    private byte[] previous;
    private long changedNanos;

    Tokens(Environment environment, HashAlgorithm hash, Duration period) {
        this.environment = environment;
        this.hash = hash;
        this.periodNanos = period.toNanos();
        this.secret = newSecret();
        this.previous = newSecret();
        this.changedNanos = environment.clock().nanoTime();
    }

    /** A token for that address, good for one to two periods. */
    byte[] give(InetAddress address) {
        rotate();
        return token(secret, address);
    }

    boolean good(byte[] token, InetAddress address) {
        rotate();
        return MessageDigest.isEqual(token, token(secret, address))
                || MessageDigest.isEqual(token, token(previous, address));
    }

    private void rotate() {
        long periods = (environment.clock().nanoTime() - changedNanos) / periodNanos;
        if (periods > 0) {
            // After two periods without a question not even the secret of then is good.
            previous = periods == 1 ? secret : newSecret();
            secret = newSecret();
            changedNanos += periods * periodNanos;
        }
    }

    private byte[] newSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        environment.random().nextBytes(bytes);
        return bytes;
    }

    private byte[] token(byte[] key, InetAddress address) {
        return Arrays.copyOf(hash.digest(key, address.getAddress()), TOKEN_BYTES);
    }
}
