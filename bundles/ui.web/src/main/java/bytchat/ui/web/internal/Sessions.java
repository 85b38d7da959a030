package bytchat.ui.web.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may use the page: the launch token is exchanged for a cookie that this node has signed.
 *
 * <p>Threat: other users and programs of this machine can connect to loopback as well. Answer: 256 random bits, new at each start, stand in the
 * address that only the owner is shown, and are compared in constant time. The cookie is 128 random bits and a time under HMAC-SHA-256 with
 * a key that only the owner can read, so it outlives a restart of the node, needs no table that could be filled, and ends by itself.
 */
final class Sessions {
    static final Duration LIFETIME = Duration.ofDays(30);
    static final int KEY_BYTES = 32;
    private static final int TOKEN_BYTES = 32;
    private static final int NONCE_BYTES = 16;
    private static final String MAC = "HmacSHA256";
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final SecureRandom random;
    private final LongSupplier millis;
    private final byte[] token;

    /**
     * @param key    that signs cookies, {@link #KEY_BYTES} bytes
     * @param millis the clock
     */
    Sessions(byte[] key, SecureRandom random, LongSupplier millis) {
        this.key = new SecretKeySpec(key, MAC);
        this.random = random;
        this.millis = millis;
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        this.token = TEXT.encode(bytes);
    }

    /** To be shown to the owner only. */
    String token() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    boolean isToken(String offered) {
        return MessageDigest.isEqual(token, offered.getBytes(StandardCharsets.UTF_8));
    }

    /** A new cookie's value. */
    String issue() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] body = ByteBuffer.allocate(Long.BYTES + NONCE_BYTES).putLong(millis.getAsLong()).put(nonce).array();
        return TEXT.encodeToString(body) + "." + TEXT.encodeToString(sign(body));
    }

    boolean isValid(String cookie) {
        int dot = cookie.indexOf('.');
        try {
            byte[] body = Base64.getUrlDecoder().decode(cookie.substring(0, Math.max(0, dot)));
            byte[] signature = Base64.getUrlDecoder().decode(cookie.substring(dot + 1));
            if (body.length != Long.BYTES + NONCE_BYTES || !MessageDigest.isEqual(sign(body), signature)) {
                return false;
            }
            return millis.getAsLong() - ByteBuffer.wrap(body).getLong() < LIFETIME.toMillis();
        } catch (IllegalArgumentException e) {
            return false; // not Base64: nothing of ours
        }
    }

    private byte[] sign(byte[] body) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }
}
