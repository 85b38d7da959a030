package bytchat.hash.sha1.internal;

import bytchat.api.hash.HashAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.osgi.service.component.annotations.Component;

/** SHA-1 (FIPS 180-4) from the JDK, whose implementation uses the processor's instructions where there are any. */
@Component(property = "bytchat.hash=" + Sha1.NAME)
public final class Sha1 implements HashAlgorithm {
    static final String NAME = "sha-1";
    private static final int BITS = 160;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int bits() {
        return BITS;
    }

    @Override
    public byte[] digest(byte[]... parts) {
        MessageDigest digest = newDigest();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** A new object per digest: it is cheap, safe on every thread and pins no class loader to a thread. */
    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-1; use a complete one", e);
        }
    }
}
