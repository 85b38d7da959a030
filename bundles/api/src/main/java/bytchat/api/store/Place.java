package bytchat.api.store;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Where something lies in a store: names and ids one behind the other, each but the last with its length before it, so that ("ab", "c") and
 * ("a", "bc") differ and what belongs together lies together.
 */
final class Place {
    private static final int PART_BYTES_MAX = 255;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** @param keySpace name */
    static Place user(String keySpace, Key uid) {
        return new Place().part(keySpace.getBytes(StandardCharsets.UTF_8)).part(uid.unsafeArray());
    }

    Place kind(int kind) {
        bytes.write(kind);
        return this;
    }

    /** @throws IllegalArgumentException if it has more than 255 bytes */
    Place part(byte[] part) {
        if (part.length > PART_BYTES_MAX) {
            throw new IllegalArgumentException("names and ids have at most " + PART_BYTES_MAX + " bytes, not " + part.length);
        }
        bytes.write(part.length);
        return rest(part);
    }

    Place rest(byte[] last) {
        bytes.writeBytes(last);
        return this;
    }

    BBytes bytes() {
        return BBytes.wrap(bytes.toByteArray());
    }
}
