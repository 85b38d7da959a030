package bytchat.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The view and the message are two readers of the same bytes: neither may see what the other does not. */
class KrpcViewTest {
    private static final int BYTES_MAX = 1_232;
    private static final BBytes TARGET = BBytes.of("target");

    private final KrpcView view = new KrpcView();

    @Test
    void aFindNodeQueryIsSeenWhereItLies() {
        read("d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz1234564:wantl2:n4ee1:q9:find_node2:roi1e1:t2:aa1:y1:qe");

        assertThat(view.isQuery()).isTrue();
        assertThat(view.flaw()).isEmpty();
        assertThat(view.isMethod(BBytes.of("find_node"))).isTrue();
        assertThat(view.isMethod(BBytes.of("find"))).isFalse();
        assertThat(view.transaction()).isEqualTo("aa".getBytes(ISO_8859_1));
        assertThat(view.readOnly()).isTrue();
        assertThat(view.key(TARGET, 20)).isEqualTo(Key.of("mnopqrstuvwxyz123456".getBytes(ISO_8859_1)));
        assertThat(view.argument(BBytes.of("want"))).contains(BList.of(BBytes.of("n4")));
        assertThat(view.argument(BBytes.of("token"))).isEmpty();
        assertThatThrownBy(() -> view.key(TARGET, 64)).hasMessage("'target' has 20 bytes, expected 64");
        assertThatThrownBy(() -> view.key(BBytes.of("want"), 20)).hasMessageContaining("wrong type");
        assertThatThrownBy(() -> view.key(BBytes.of("info_hash"), 20)).hasMessage("'info_hash' is missing");
    }

    @Test
    void aTransactionOfFourBytesIsANumberAndAnyOtherIsNone() {
        read("d1:rde1:t4:\u00ff\u0000\u0000\u00011:y1:re");
        assertThat(view.transactionNumber()).isEqualTo(0xff000001L);
        assertThat(view.isQuery()).isFalse();
        read("d1:rde1:t0:1:y1:re");
        assertThat(view.transactionNumber()).isEqualTo(-1);
    }

    @Test
    void nothingOfOneMessageIsLeftInTheNext() {
        read("d1:ade2:nw3:abc1:q4:ping2:roi1e1:t2:aa1:y1:qe");
        assertThat(view.isOfNetwork(Optional.of(BBytes.of("abc")))).isTrue();
        read("d1:t2:bb1:y1:qe");
        assertThat(view.flaw()).isPresent();
        assertThat(view.readOnly()).isFalse();
        assertThat(view.isOfNetwork(Optional.empty())).isTrue();
        read("d1:ade1:q4:ping1:t2:aa1:y1:qe");
        assertThat(view.flaw()).isEmpty();
    }

    @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
    void theViewSeesWhatTheMessageHolds(@ForAll("messages") BDict message) {
        agree(Bencode.encode(message));
    }

    @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
    void theViewRefusesWhatTheMessageRefuses(
            @ForAll("messages") BDict message, @ForAll @IntRange(max = 1 << 20) int where, @ForAll byte with) {
        byte[] bytes = Bencode.encode(message);
        bytes[where % bytes.length] = with;
        agree(bytes);
        agree(java.util.Arrays.copyOf(bytes, where % bytes.length));
    }

    private void agree(byte[] bytes) {
        Optional<KrpcMessage> message = Optional.empty();
        try {
            message = Optional.of(KrpcMessage.parse(bytes, BYTES_MAX));
        } catch (BencodeException refused) {
            assertThat(readable(bytes) && view.isQuery() && view.flaw().isEmpty()).isFalse();
        }
        if (message.isPresent()) {
            view.read(bytes, BYTES_MAX);
            assertThat(view.transaction()).isEqualTo(message.get().t());
            assertThat(view.isQuery()).isEqualTo(message.get() instanceof KrpcMessage.Query);
        }
        if (message.isPresent() && message.get() instanceof KrpcMessage.Query query) {
            assertThat(view.flaw()).isEmpty();
            assertThat(view.isMethod(BBytes.of("ping"))).isEqualTo(query.method().equals("ping"));
            assertThat(view.readOnly()).isEqualTo(query.readOnly());
            assertThat(view.isOfNetwork(Optional.empty())).isEqualTo(query.network().isEmpty());
            assertThat(view.isOfNetwork(Optional.of(BBytes.of("n")))).isEqualTo(query.network().equals(Optional.of("n")));
            for (String name : new String[] {"id", "target", "want"}) {
                assertThat(view.argument(BBytes.of(name))).isEqualTo(query.arguments().get(name));
            }
            assertThat(id(() -> view.key(BBytes.of("id"), 20)))
                    .isEqualTo(id(() -> Key.of(query.arguments().requireBytes("id", 20))));
        }
    }

    /** The key, or why there is none: both readers must give the same sentence. */
    private static Object id(java.util.function.Supplier<Key> reader) {
        try {
            return reader.get();
        } catch (BencodeException refused) {
            return refused.getMessage();
        }
    }

    private boolean readable(byte[] bytes) {
        try {
            view.read(bytes, BYTES_MAX);
            return true;
        } catch (BencodeException refused) {
            return false;
        }
    }

    private void read(String text) {
        view.read(text.getBytes(ISO_8859_1), BYTES_MAX);
    }

    /** Messages in which each part is there or not, right or wrong, among parts that nobody knows. */
    @Provide
    Arbitrary<BDict> messages() {
        Arbitrary<BValue> any = Arbitraries.oneOf(
                Arbitraries.longs().between(-2, 2).map(BInteger::new),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(70).map(BBytes::of),
                Arbitraries.just(BList.of(BBytes.of("n4"), BBytes.of("n6"))),
                Arbitraries.just(BDict.builder().put("x", 1).build()));
        Arbitrary<BDict> arguments = Combinators.combine(
                entry("id", Arbitraries.bytes().array(byte[].class).ofSize(20).map(BBytes::of), any),
                entry("target", Arbitraries.bytes().array(byte[].class).ofSize(20).map(BBytes::of), any),
                entry("want", Arbitraries.just(BList.of(BBytes.of("n4"))), any),
                entry("zz", any, any)).as(KrpcViewTest::dict);
        return Combinators.combine(
                entry("a", arguments, any),
                entry("q", Arbitraries.of("ping", "find_node", "get").map(BBytes::of), any),
                entry("t", Arbitraries.bytes().array(byte[].class).ofMaxSize(5).map(BBytes::of), any),
                entry("y", Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.just("q")),
                        Tuple.of(1, Arbitraries.of("r", "e", "x", ""))).map(BBytes::of), any),
                entry("nw", Arbitraries.of("n", "m").map(BBytes::of), any),
                entry("ro", Arbitraries.of(0L, 1L, 11L).map(BInteger::new), any),
                entry("v", Arbitraries.just(BBytes.of("BC01")), any),
                entry("r", arguments, any)).as(KrpcViewTest::dict);
    }

    private static Arbitrary<Optional<Map.Entry<String, BValue>>> entry(
            String key, Arbitrary<? extends BValue> right, Arbitrary<BValue> wrong) {
        return Arbitraries.frequencyOf(
                Tuple.of(8, right.map(value -> Optional.of(Map.entry(key, (BValue) value)))),
                Tuple.of(1, wrong.map(value -> Optional.of(Map.entry(key, value)))),
                Tuple.of(2, Arbitraries.just(Optional.empty())));
    }

    @SafeVarargs
    private static BDict dict(Optional<Map.Entry<String, BValue>>... entries) {
        BDict.Builder dict = BDict.builder();
        for (Optional<Map.Entry<String, BValue>> entry : entries) {
            entry.ifPresent(e -> dict.put(e.getKey(), e.getValue()));
        }
        return dict.build();
    }
}
