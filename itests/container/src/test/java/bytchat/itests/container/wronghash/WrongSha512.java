package bytchat.itests.container.wronghash;

import bytchat.api.hash.HashAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.osgi.service.component.annotations.Component;

/** Calls itself SHA-512, is as wide, and is SHA3-512. */
@Component(property = "bytchat.hash=sha-512")
public final class WrongSha512 implements HashAlgorithm {
    @Override
    public String name() {
        return "sha-512";
    }

    @Override
    public int bits() {
        return 512;
    }

    @Override
    public byte[] digest(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA3-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
