package bytchat.api.bencode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A byte string. Ordered as raw unsigned bytes, which is the order of dictionary keys on the wire. */
public final class BBytes implements BValue, Comparable<BBytes> {
    private final byte[] bytes;

    private BBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The value holds a copy, so that later changes of the array do not reach it. */
    public static BBytes of(byte[] bytes) {
        return new BBytes(bytes.clone());
    }

    public static BBytes of(String text) {
        return new BBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** For codecs that have just allocated the array and keep no other reference to it: no copy is made. */
    public static BBytes wrap(byte[] owned) {
        return new BBytes(owned);
    }

    /** A copy. */
    public byte[] toArray() {
        return bytes.clone();
    }

    /** The array itself, for codecs and digests; the caller must not change it. */
    public byte[] unsafeArray() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    /** The bytes read as UTF-8; malformed sequences become U+FFFD. */
    public String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(BBytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        for (byte b : bytes) {
            if (b < 0x20 || b > 0x7e) {
                return "0x" + HexFormat.of().formatHex(bytes);
            }
        }
        return '"' + utf8() + '"';
    }
}
