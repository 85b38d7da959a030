package bytchat.api.keyspace;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A point of a key space: a node id, a UID, a chat key, a meta key. Immutable, of any width; keys of different widths are
 * never equal and have no distance.
 */
public final class Key implements Comparable<Key> {
    private final byte[] bytes;

    private Key(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("a key has at least one byte");
        }
        this.bytes = bytes;
    }

    public static Key of(byte[] bytes) {
        return new Key(bytes.clone());
    }

    /** The bytes {@code from} to {@code to}, exclusive. */
    public static Key of(byte[] bytes, int from, int to) {
        return new Key(Arrays.copyOfRange(bytes, from, to));
    }

    /** @throws IllegalArgumentException if the text is not an even number of hexadecimal digits */
    public static Key ofHex(String hex) {
        return new Key(HexFormat.of().parseHex(hex.trim().toLowerCase(java.util.Locale.ROOT)));
    }

    public byte[] toArray() {
        return bytes.clone();
    }

    /** The array itself, for codecs; the caller must not change it. */
    public byte[] unsafeArray() {
        return bytes;
    }

    public int bits() {
        return bytes.length * 8;
    }

    /** Bit {@code index}, 0 being the most significant. */
    public boolean bit(int index) {
        return (bytes[index >> 3] & (0x80 >> (index & 7))) != 0;
    }

    /**
     * Number of leading bits that both keys share, {@code bits()} if they are equal.
     *
     * @throws IllegalArgumentException if the widths differ
     */
    public int commonPrefixBits(Key other) {
        requireSameWidth(other);
        for (int i = 0; i < bytes.length; i++) {
            int difference = (bytes[i] ^ other.bytes[i]) & 0xff;
            if (difference != 0) {
                return i * 8 + Integer.numberOfLeadingZeros(difference) - 24;
            }
        }
        return bits();
    }

    /**
     * Compares the XOR distances of {@code a} and {@code b} to this key: negative if {@code a} is nearer.
     *
     * @throws IllegalArgumentException if the widths differ
     */
    public int compareDistance(Key a, Key b) {
        requireSameWidth(a);
        requireSameWidth(b);
        for (int i = 0; i < bytes.length; i++) {
            int order = Integer.compare((a.bytes[i] ^ bytes[i]) & 0xff, (b.bytes[i] ^ bytes[i]) & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void requireSameWidth(Key other) {
        if (other.bytes.length != bytes.length) {
            throw new IllegalArgumentException("keys of " + bits() + " and " + other.bits() + " bits have no distance");
        }
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The first 8 hexadecimal digits, for people. */
    public String shortHex() {
        return HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length));
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
