package bytchat.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KrpcMessageTest {
    /** The examples of BEP 5. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe",
        "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re",
        "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe",
        "d1:rd2:id20:0123456789abcdefghij5:nodes9:def456...e1:t2:aa1:y1:re",
        "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe",
    })
    void whatBep5ShowsIsReadAndWrittenAlike(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);

        assertThat(KrpcMessage.parse(bytes, 1_232).encode()).isEqualTo(bytes);
    }

    @Test
    void bep5ErrorIsReadAndWrittenAlike() {
        byte[] bytes = "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee".getBytes(ISO_8859_1);

        assertThat(KrpcMessage.parse(bytes, 1_232)).asInstanceOf(type(KrpcMessage.Failure.class)).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(201);
            assertThat(failure.text()).isEqualTo("A Generic Error Ocurred");
            assertThat(failure.details()).isEqualTo(BDict.EMPTY);
            assertThat(failure.encode()).isEqualTo(bytes);
        });
    }

    @Test
    void aQueryCarriesReadOnlyNetworkAndVersion() {
        BDict arguments = BDict.builder().put("id", new byte[64]).build();
        byte[] bytes = new KrpcMessage.Query(new byte[] {1, 2}, "ping", arguments, true, Optional.of("bytchat"),
                Optional.of(new byte[] {'B', 'C', 0, 1})).encode();

        assertThat(KrpcMessage.parse(bytes, bytes.length)).asInstanceOf(type(KrpcMessage.Query.class))
                .satisfies(query -> {
            assertThat(query.t()).containsExactly(1, 2);
            assertThat(query.method()).isEqualTo("ping");
            assertThat(query.arguments()).isEqualTo(arguments);
            assertThat(query.readOnly()).isTrue();
            assertThat(query.network()).contains("bytchat");
            assertThat(query.version().orElseThrow()).containsExactly('B', 'C', 0, 1);
            assertThat(query.encode()).isEqualTo(bytes);
        });
    }

    @Test
    void aFailureCarriesDetails() {
        BDict details = BDict.builder().put("retry_after_s", 60).build();
        byte[] bytes = new KrpcMessage.Failure(new byte[] {7}, 413, "quota", details).encode();

        assertThat(KrpcMessage.parse(bytes, bytes.length)).asInstanceOf(type(KrpcMessage.Failure.class))
                .satisfies(failure -> assertThat(failure.details()).isEqualTo(details));
    }

    @Test
    void anAnswerCarriesTheNetwork() {
        byte[] bytes = new KrpcMessage.Response(new byte[] {1}, BDict.EMPTY, Optional.empty(), Optional.empty(),
                Optional.of("bytchat")).encode();

        assertThat(new String(bytes, ISO_8859_1)).isEqualTo("d2:nw7:bytchat1:rde1:t1:\u00011:y1:re");
        assertThat(KrpcMessage.parse(bytes, bytes.length)).asInstanceOf(type(KrpcMessage.Response.class))
                .satisfies(response -> assertThat(response.network()).contains("bytchat"));
    }

    @Test
    void keysNobodyKnowsAreReadOver() {
        byte[] bytes = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:v4:LT\u0001/4:wantl2:n4e1:y1:qe"
                .getBytes(ISO_8859_1);
        // "want" at top level is nobody's, yet canonical order has it after "v".
        assertThat(KrpcMessage.parse(bytes, 1_232)).isInstanceOf(KrpcMessage.Query.class);
    }

    @Test
    void anAnswerTellsTheAskersAddress() {
        byte[] bytes = "d2:ip6:\u007f\u0000\u0000\u0001\u001a\u00e11:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"
                .getBytes(ISO_8859_1);

        assertThat(KrpcMessage.parse(bytes, 1_232)).asInstanceOf(type(KrpcMessage.Response.class)).satisfies(response ->
                assertThat(CompactNodes.address(response.ip().orElseThrow()).toString()).isEqualTo("/127.0.0.1:6881"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "de| 't' is missing",
        "d1:t2:aae| 'y' is missing",
        "d1:ti1e1:y1:qe| 't' is not a byte string of at most 32 bytes",
        "d1:t33:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1:y1:qe| 't' is not a byte string of at most 32 bytes",
        "d1:t2:aa1:y1:xe| 'y' is neither q, r nor e",
        "d1:t2:aa1:y0:e| 'y' is neither q, r nor e",
        "d1:t2:aa1:y1:qe| 'q' is missing",
        "d1:q4:ping1:t2:aa1:y1:qe| 'a' is missing or not a dictionary",
        "d1:ale1:q4:ping1:t2:aa1:y1:qe| 'a' is missing or not a dictionary",
        "d1:ade1:q33:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1:t2:aa1:y1:qe| 'q' is not a byte string of at most 32 bytes",
        "d1:t2:aa1:y1:re| 'r' is missing or not a dictionary",
        "d1:t2:aa1:y1:ee| 'e' is missing or not a list",
        "d1:ele1:t2:aa1:y1:ee| 'e' is not a code and a text",
        "d1:el1:xi1ee1:t2:aa1:y1:ee| 'e' is not a code and a text",
        "d1:eli4294967297e1:xe1:t2:aa1:y1:ee| 'e' is not a code and a text",
        "le| not a dictionary",
    })
    void refusesWhatIsNoMessage(String text, String reason) {
        assertThatThrownBy(() -> KrpcMessage.parse(text.getBytes(ISO_8859_1), 1_232))
                .isInstanceOf(BencodeException.class).hasMessage(reason);
    }
}
