package bytchat.wire;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every value and for every input. */
class BencodePropertyTest {
    private static final int ANY_LENGTH = Integer.MAX_VALUE;

    @Property
    void aValueSurvivesTheRoundTrip(@ForAll("values") BValue value) {
        byte[] bytes = Bencode.encode(value);

        assertThat(bytes).hasSize(Bencode.encodedBytes(value));
        assertThat(Bencode.decode(bytes, bytes.length)).isEqualTo(value);
    }

    @Property(tries = 5_000)
    void whateverIsAcceptedIsTheOneEncodingOfItsValue(@ForAll("almostBencode") byte[] bytes) {
        decoded(bytes).ifPresent(value -> assertThat(Bencode.encode(value)).isEqualTo(bytes));
    }

    @Property
    void aChangedByteIsRefusedOrGivesAnotherValue(
            @ForAll("values") BValue value, @ForAll @IntRange(max = 1 << 20) int where, @ForAll byte with) {
        byte[] bytes = Bencode.encode(value);
        byte[] changed = bytes.clone();
        changed[where % changed.length] = with;

        Optional<BValue> other = decoded(changed);
        if (changed[where % changed.length] != bytes[where % bytes.length]) {
            assertThat(other).isNotEqualTo(Optional.of(value));
        }
    }

    @Property
    void aTruncatedValueIsRefused(@ForAll("values") BValue value, @ForAll @IntRange(max = 1 << 20) int length) {
        byte[] bytes = Bencode.encode(value);

        assertThat(decoded(java.util.Arrays.copyOf(bytes, length % bytes.length))).isEmpty();
    }

    @Property
    void aLimitBelowTheLengthRefuses(@ForAll("values") BValue value) {
        byte[] bytes = Bencode.encode(value);

        assertThat(decoded(bytes, bytes.length)).contains(value);
        assertThat(decoded(bytes, bytes.length - 1)).isEmpty();
    }

    @Property
    void depthIsWhatTheEncodingNests(@ForAll("values") BValue value) {
        assertThat(Bencode.depth(value)).isLessThanOrEqualTo(Bencode.DEPTH_MAX);
        assertThat(Bencode.depth(BList.of(value))).isEqualTo(Bencode.depth(value) + 1);
    }

    @Provide
    Arbitrary<BValue> values() {
        return values(5);
    }

    /** Strings over bencode's own alphabet: much more often nearly right than random bytes are. */
    @Provide
    Arbitrary<byte[]> almostBencode() {
        return Arbitraries.strings().withChars("0123i-e:ld").ofMaxLength(14)
                .map(text -> text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static Arbitrary<BValue> values(int depth) {
        Arbitrary<BValue> integers = Arbitraries.longs().map(BInteger::new);
        Arbitrary<BValue> strings = strings().map(bytes -> bytes);
        if (depth == 0) {
            return Arbitraries.oneOf(integers, strings);
        }
        Arbitrary<BValue> inner = Arbitraries.lazy(() -> values(depth - 1));
        Arbitrary<BValue> lists = inner.list().ofMaxSize(4).map(BList::new);
        Arbitrary<BValue> dicts = Arbitraries.maps(strings(), inner).ofMaxSize(4).map(BDict::of);
        return Arbitraries.oneOf(integers, strings, lists, dicts);
    }

    private static Arbitrary<BBytes> strings() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(12).map(BBytes::of);
    }

    private static Optional<BValue> decoded(byte[] bytes) {
        return decoded(bytes, ANY_LENGTH);
    }

    private static Optional<BValue> decoded(byte[] bytes, int bytesMax) {
        try {
            return Optional.of(Bencode.decode(bytes, bytesMax));
        } catch (BencodeException refused) {
            return Optional.empty();
        }
    }
}
