package bytchat.wire.sign;

import bytchat.api.bencode.BDict;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a signature covers, and the id of a signed dictionary. */
public final class Signed {
    /** The key of the signature, everywhere. */
    public static final String SIG = "sig";
    private static final String DOMAIN = "BytChat/1/";

    private Signed() {
    }

    /**
     * The bytes to sign: {@code "BytChat/1/" + tag + 0x00 + canonical bytes without "sig"}. Unknown keys are covered.
     */
    public static byte[] message(Tag tag, BDict dict) {
        byte[] domain = (DOMAIN + tag.wireName() + '\0').getBytes(StandardCharsets.US_ASCII);
        byte[] body = unsigned(dict);
        byte[] message = Arrays.copyOf(domain, domain.length + body.length);
        System.arraycopy(body, 0, message, domain.length, body.length);
        return message;
    }

    /** The dictionary with its signature. */
    public static BDict with(BDict dict, byte[] sig) {
        return dict.with().put(SIG, sig).build();
    }

    /** SHA-512/256 of the canonical bytes without {@code sig}: an envelope's id, a handshake's name. */
    public static byte[] id(BDict dict) {
        return Digests.sha512_256(unsigned(dict));
    }

    private static byte[] unsigned(BDict dict) {
        return Bencode.encode(dict.without(SIG));
    }
}
