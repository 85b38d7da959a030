package bytchat.wire.sign;

import bytchat.wire.crypto.Ed25519;
import bytchat.wire.crypto.RsaPss;

/**
 * Verifies signatures over exactly the given bytes. Safe for use from any thread; a malformed key or signature is
 * false.
 */
public interface SignatureCheck {
    SignatureCheck BOUNCY_CASTLE = new SignatureCheck() {
        @Override
        public boolean ed25519(byte[] key, byte[] message, byte[] sig) {
            return Ed25519.verify(key, message, sig);
        }

        @Override
        public boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig) {
            return RsaPss.verify(spkiDer, message, sig);
        }
    };

    /** @param key a device's or a node's, 32 bytes */
    boolean ed25519(byte[] key, byte[] message, byte[] sig);

    /** @param spkiDer an account's, DER SubjectPublicKeyInfo */
    boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig);
}
