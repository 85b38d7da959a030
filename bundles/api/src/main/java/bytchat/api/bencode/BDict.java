package bytchat.api.bencode;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A dictionary, sorted by raw key bytes. Unknown keys are kept, so that a signature over them still holds.
 *
 * <p>The {@code require…} readers are for bytes from the network: they fail with {@link BencodeException} that names the
 * key, so that a handler answers 203 (protocol error) with that sentence.
 */
public final class BDict implements BValue {
    public static final BDict EMPTY = new BDict(new TreeMap<>());

    private final SortedMap<BBytes, BValue> entries;

    private BDict(TreeMap<BBytes, BValue> owned) {
        this.entries = Collections.unmodifiableSortedMap(owned);
    }

    public static BDict of(Map<BBytes, ? extends BValue> entries) {
        return new BDict(new TreeMap<>(entries));
    }

    public static Builder builder() {
        return new Builder(new TreeMap<>());
    }

    public SortedMap<BBytes, BValue> entries() {
        return entries;
    }

    public Optional<BValue> get(String key) {
        return Optional.ofNullable(entries.get(BBytes.of(key)));
    }

    /** This dictionary with changes: {@code dict.with().put("ro", 1).build()}. */
    public Builder with() {
        return new Builder(new TreeMap<>(entries));
    }

    public BDict without(String key) {
        TreeMap<BBytes, BValue> copy = new TreeMap<>(entries);
        copy.remove(BBytes.of(key));
        return new BDict(copy);
    }

    /** Empty if absent; an entry of another type is an error, not an absence. */
    public Optional<byte[]> bytes(String key) {
        return typed(key, BBytes.class).map(BBytes::toArray);
    }

    public Optional<String> text(String key) {
        return typed(key, BBytes.class).map(BBytes::utf8);
    }

    public OptionalLong integer(String key) {
        return typed(key, BInteger.class).map(i -> OptionalLong.of(i.value())).orElse(OptionalLong.empty());
    }

    public Optional<BDict> dict(String key) {
        return typed(key, BDict.class);
    }

    public Optional<List<BValue>> list(String key) {
        return typed(key, BList.class).map(BList::values);
    }

    /** @throws BencodeException if absent or not a byte string */
    public byte[] requireBytes(String key) {
        return bytes(key).orElseThrow(() -> missing(key));
    }

    /** @throws BencodeException if absent, not a byte string, or not of exactly {@code length} bytes */
    public byte[] requireBytes(String key, int length) {
        byte[] value = requireBytes(key);
        if (value.length != length) {
            throw new BencodeException("'" + key + "' has " + value.length + " bytes, expected " + length);
        }
        return value;
    }

    /** @throws BencodeException if absent, not a byte string, or longer than {@code max} bytes */
    public byte[] requireBytesUpTo(String key, int max) {
        byte[] value = requireBytes(key);
        if (value.length > max) {
            throw new BencodeException("'" + key + "' has " + value.length + " bytes, at most " + max + " are allowed");
        }
        return value;
    }

    /** @throws BencodeException if absent or not a byte string */
    public String requireText(String key) {
        return text(key).orElseThrow(() -> missing(key));
    }

    /** @throws BencodeException if absent or not an integer */
    public long requireInteger(String key) {
        return integer(key).orElseThrow(() -> missing(key));
    }

    /** @throws BencodeException if absent or not a dictionary */
    public BDict requireDict(String key) {
        return dict(key).orElseThrow(() -> missing(key));
    }

    /** @throws BencodeException if absent or not a list */
    public List<BValue> requireList(String key) {
        return list(key).orElseThrow(() -> missing(key));
    }

    private <T extends BValue> Optional<T> typed(String key, Class<T> type) {
        BValue value = entries.get(BBytes.of(key));
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new BencodeException("'" + key + "' has the wrong type, expected " + type.getSimpleName());
        }
        return Optional.of(type.cast(value));
    }

    private static BencodeException missing(String key) {
        return new BencodeException("'" + key + "' is missing");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BDict that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /** Collects entries; a later put of the same key replaces the earlier. */
    public static final class Builder {
        private final TreeMap<BBytes, BValue> entries;

        private Builder(TreeMap<BBytes, BValue> entries) {
            this.entries = entries;
        }

        public Builder put(String key, BValue value) {
            entries.put(BBytes.of(key), value);
            return this;
        }

        public Builder put(String key, byte[] value) {
            return put(key, BBytes.of(value));
        }

        public Builder put(String key, String value) {
            return put(key, BBytes.of(value));
        }

        public Builder put(String key, long value) {
            return put(key, new BInteger(value));
        }

        public Builder put(String key, List<? extends BValue> values) {
            return put(key, new BList(List.copyOf(values)));
        }

        public BDict build() {
            return new BDict(new TreeMap<>(entries));
        }
    }
}
