package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mainline.MutableItem;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Ed25519;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What BEP 44 says of values: where they lie, what is signed, how they are written into messages. */
final class Bep44 {
    private Bep44() {
    }

    /** An immutable value lies at the hash of its bencode. */
    static Key target(KeySpace keySpace, BValue value) {
        return keySpace.keyOf(Bencode.encode(value));
    }

    /** A mutable item lies at the hash of public key and salt. */
    static Key target(KeySpace keySpace, byte[] publicKey, byte[] salt) {
        return keySpace.keyOf(publicKey, salt);
    }

    /** The inside of a bencoded dictionary of salt (if there is one), seq and v. */
    static byte[] signable(byte[] salt, long sequence, byte[] encodedValue) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encodedValue.length + salt.length + 40);
        if (salt.length > 0) {
            out.writeBytes(ascii("4:salt" + salt.length + ":"));
            out.writeBytes(salt);
        }
        out.writeBytes(ascii("3:seqi" + sequence + "e1:v"));
        out.writeBytes(encodedValue);
        return out.toByteArray();
    }

    static boolean signed(MutableItem item) {
        byte[] message = signable(item.salt().unsafeArray(), item.sequence(), Bencode.encode(item.value()));
        return Ed25519.verify(item.publicKey().unsafeArray(), message, item.signature().unsafeArray());
    }

    /** Reads {@code k}, {@code seq}, {@code sig} and {@code v} of a question or an answer. */
    static MutableItem mutable(BDict fields, byte[] salt) {
        long sequence = fields.requireInteger("seq");
        if (sequence < 0) {
            throw new BencodeException("'seq' is below 0");
        }
        return new MutableItem(
                BBytes.wrap(fields.requireBytes("k", MutableItem.PUBLIC_KEY_BYTES)),
                BBytes.wrap(salt),
                sequence,
                value(fields),
                BBytes.wrap(fields.requireBytes("sig", MutableItem.SIGNATURE_BYTES)));
    }

    static BValue value(BDict fields) {
        return fields.get("v").orElseThrow(() -> new BencodeException("'v' is missing"));
    }

    /** The arguments of {@code put}, without token. */
    static BDict.Builder arguments(MutableItem item) {
        BDict.Builder arguments = BDict.builder()
                .put("k", item.publicKey())
                .put("seq", item.sequence())
                .put("sig", item.signature())
                .put("v", item.value());
        return item.salt().length() == 0 ? arguments : arguments.put("salt", item.salt());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
