package bytchat.wire.sign;

import static bytchat.wire.fixture.Person.NOW_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import bytchat.wire.KrpcMessage;
import bytchat.wire.sign.VerifierTest.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to the bytes of a good record or message is found, and no exception but {@link BencodeException}. */
class TamperingPropertyTest {
    private static final List<Kind> KINDS = VerifierTest.kinds();
    private static final List<byte[]> RECORDS = KINDS.stream().map(kind -> Bencode.encode(kind.good())).toList();
    private static final Verifier VERIFIER = new Verifier(SignatureCheck.BOUNCY_CASTLE, VerifierTest.at(NOW_MILLIS));

    @Property(tries = 500)
    void aChangedByteOfASignedRecordIsFound(
            @ForAll @IntRange(max = 1_000) int which, @ForAll @IntRange(max = 1 << 20) int where, @ForAll byte with) {
        Kind kind = KINDS.get(which % KINDS.size());
        byte[] good = RECORDS.get(which % KINDS.size());
        byte[] changed = good.clone();
        changed[where % changed.length] = with;
        if (!Arrays.equals(good, changed)) {
            assertThat(reason(kind, changed)).as("%s, byte %d", kind.name(), where % changed.length).isPresent();
        }
    }

    @Property(tries = 500)
    void bytesTakenOutOfASignedRecordAreMissed(@ForAll @IntRange(max = 1_000) int which,
            @ForAll @IntRange(max = 1 << 20) int from, @ForAll @IntRange(min = 1, max = 64) int length) {
        Kind kind = KINDS.get(which % KINDS.size());
        byte[] good = RECORDS.get(which % KINDS.size());
        int at = from % (good.length - length);
        byte[] changed = Arrays.copyOf(good, good.length - length);
        System.arraycopy(good, at + length, changed, at, good.length - length - at);

        assertThat(reason(kind, changed)).as("%s, %d bytes at %d", kind.name(), length, at).isPresent();
    }

    @Property(tries = 2_000)
    void aTamperedMessageIsReadOrRefused(@ForAll @IntRange(max = 1 << 20) int where, @ForAll byte with) {
        BDict arguments = BDict.builder().put("id", new byte[20]).put("target", new byte[20]).build();
        byte[] bytes = new KrpcMessage.Query(new byte[4], "find_node", arguments, true, Optional.of("bytchat"),
                Optional.of(new byte[4])).encode();
        bytes[where % bytes.length] = with;
        try {
            KrpcMessage message = KrpcMessage.parse(bytes, bytes.length);
            assertThat(KrpcMessage.parse(message.encode(), bytes.length)).hasSameClassAs(message);
        } catch (BencodeException refused) {
            assertThat(refused).hasNoCause().hasMessageNotContaining("\n");
        }
    }

    /** Why it does not hold: the decoder's or the view's sentence, or the verifier's. */
    private static Optional<String> reason(Kind kind, byte[] bytes) {
        try {
            return kind.verify().apply(VERIFIER, Bencode.decodeDict(bytes, bytes.length));
        } catch (BencodeException refused) {
            return Optional.of(refused.getMessage());
        }
    }
}
