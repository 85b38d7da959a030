package bytchat.itests.interop;

import static bytchat.itests.interop.RawSocket.bytes;
import static bytchat.itests.interop.RawSocket.compact;
import static bytchat.itests.interop.RawSocket.field;
import static bytchat.itests.interop.RawSocket.random;
import static bytchat.itests.interop.RawSocket.raw;
import static bytchat.itests.interop.RawSocket.string;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoNode;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the BEPs ask of a node, byte for byte: datagrams written by hand, without a codec of ours, to an assembled node of an open network.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConformanceIT {
    private static final Duration SILENCE = Duration.ofMillis(400);
    private static final String ID = "abcdefghij0123456789";
    private static final String TARGET = "mnopqrstuvwxyz123456";

    private OpenNetwork network;
    private InetSocketAddress node;
    private String nodeId;
    private RawSocket socket;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws Exception {
        network = new OpenNetwork("sha-1", 2, directory);
        DemoNode first = network.first();
        node = RawSocket.address(first);
        nodeId = raw(HexFormat.of().parseHex(first.nodeId()));
    }

    @AfterAll
    void end() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        socket = new RawSocket("127.0.77.1", node);
    }

    @AfterEach
    void close() {
        socket.close();
    }

    // ---- BEP 5

    /** The example of BEP 5, with the node's own words in the answer: {@code ip} of BEP 42 first, {@code v} last but one. */
    @Test
    void pingIsAnsweredAsBep5Says() throws Exception {
        String answer = socket.ask("d1:ad2:id20:" + ID + "e1:q4:ping1:t2:aa1:y1:qe");
        assertThat(answer).isEqualTo(
                "d2:ip6:" + compact(socket.address()) + "1:rd2:id20:" + nodeId + "e1:t2:aa1:v4:" + field(answer, "1:v4:", 4) + "1:y1:re");
        assertThat(field(answer, "1:v4:", 4)).startsWith("BC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "aa", "\u0000\u0001\u00fe\u00ff", "0:1:x3e", "12345678901234567890123456789012"})
    void aTransactionIdComesBackAsItIs(String t) throws Exception {
        assertThat(socket.ask("d1:ad2:id20:" + ID + "e1:q4:ping1:t" + string(t) + "1:y1:qe")).contains("1:t" + string(t) + "1:v");
    }

    @Test
    void findNodeBringsNodes() throws Exception {
        assertThat(socket.ask("d1:ad2:id20:" + ID + "6:target20:" + TARGET + "e1:q9:find_node1:t2:aa1:y1:qe"))
                .contains("1:rd2:id20:" + nodeId + "5:nodes26:" + place(network.last()) + "e");
    }

    @Test
    void whatIsMoreThanTheSpecHasIsReadOver() throws Exception {
        assertThat(socket.ask("d1:ad3:abci5e2:id20:" + ID + "4:nullle6:target20:" + TARGET
                + "e4:more0:1:q9:find_node2:roi0e1:t2:aa1:v4:UT\u0000\u00011:y1:q1:zdee"))
                .contains("5:nodes26:");
    }

    @ParameterizedTest
    @CsvSource({
        "d1:ad2:id20:ID e1:q4:pong1:t2:aa1:y1:qe, 204",
        "d1:ade1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:ad2:id19:bcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:ad2:idi7ee1:q4:ping1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID e1:q9:find_node1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID 6:target3:abce1:q9:find_node1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID 6:target20:TARGET 4:wanti1ee1:q9:find_node1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID e1:q9:get_peers1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID 9:info_hash20:TARGET 4:porti1e5:token3:xxxe1:q13:announce_peer1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID e1:q3:get1:t2:aa1:y1:qe, 203",
        "d1:ad2:id20:ID 5:token3:xxx1:v1:ve1:q3:put1:t2:aa1:y1:qe, 203",
    })
    void errorsHaveTheirCodes(String question, int code) throws Exception {
        assertThat(socket.ask(question.replace("ID ", ID).replace("TARGET ", TARGET))).startsWith("d1:eli" + code + "e").endsWith("e1:t2:aa1:y1:ee");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "de", "i5e", "d1:t2:aa1:y1:xe", "d1:y1:qe", "d1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re",
        "d1:eli201e5:helloe1:t2:aa1:y1:ee", "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:q"})
    void whatIsNoQuestionIsNotAnswered(String datagram) throws Exception {
        socket.send(datagram);
        assertThat(socket.receive(SILENCE)).isEmpty();
    }

    @Test
    void whoAnnouncesIsFound() throws Exception {
        String file = random(20);
        String begin = socket.ask(query("get_peers", "9:info_hash20:" + file));
        assertThat(begin).contains("5:nodes", "5:token8:").doesNotContain("6:valuesl");
        String token = field(begin, "5:token8:", 8);

        assertThat(socket.ask(query("announce_peer", "9:info_hash20:" + file + "4:porti6881e5:token8:" + token))).contains("1:rd2:id20:" + nodeId + "e");
        assertThat(socket.ask(query("get_peers", "9:info_hash20:" + file)))
                .contains("6:valuesl6:" + raw(new byte[] {127, 0, 77, 1, 0x1a, (byte) 0xe1}) + "e");
        String other = random(20);
        socket.ask(query("announce_peer", "12:implied_porti1e9:info_hash20:" + other + "4:porti1e5:token8:" + token));
        assertThat(socket.ask(query("get_peers", "9:info_hash20:" + other))).contains("6:valuesl6:" + compact(socket.address()) + "e");
    }

    @Test
    void aTokenIsGoodAtItsAddressOnly() throws Exception {
        String token = field(socket.ask(query("get_peers", "9:info_hash20:" + TARGET)), "5:token8:", 8);
        try (RawSocket stranger = new RawSocket("127.0.78.1", node)) {
            assertThat(stranger.ask(query("announce_peer", "9:info_hash20:" + TARGET + "4:porti6881e5:token8:" + token)))
                    .startsWith("d1:eli203e");
        }
    }

    // ---- BEP 32

    @ParameterizedTest
    @CsvSource({"'', true, false", "2:n4, true, false", "2:n6, false, true", "2:n42:n6, true, true", "2:n9, false, false"})
    void theFamiliesThatAreWantedAreTold(String families, boolean nodes, boolean nodes6) throws Exception {
        String want = families.isEmpty() ? "" : "4:wantl" + families + "e";
        for (String question : new String[] {query("find_node", "6:target20:" + TARGET + want), query("get", "6:target20:" + TARGET + want),
            query("get_peers", "9:info_hash20:" + TARGET + want)}) {
            String answer = socket.ask(question);
            assertThat(answer.contains("5:nodes26:")).as(answer).isEqualTo(nodes);
            assertThat(answer.contains("6:nodes60:")).as("nobody has IPv6 here: %s", answer).isEqualTo(nodes6);
        }
    }

    // ---- BEP 43

    @Test
    void whoIsNotReadOnlyIsAskedBackAndRemembered() throws Exception {
        String id = random(20);
        socket.ask("d1:ad2:id20:" + id + "e1:q4:ping1:t2:aa1:y1:qe");
        String question = socket.receive(RawSocket.PATIENCE);
        assertThat(question).as("ping or find_node, as it likes").contains("d1:ad2:id20:" + nodeId).endsWith("1:y1:qe");
        socket.send("d1:rd2:id20:" + id + "5:nodes0:e1:t4:" + field(question, "1:t4:", 4) + "1:y1:re");
        for (int i = 0; !table().contains(HexFormat.of().formatHex(bytes(id))) && i < 50; i++) {
            Thread.sleep(100);
        }
        assertThat(table()).contains(HexFormat.of().formatHex(bytes(id)));
    }

    @Test
    void whoIsReadOnlyIsServedAndForgotten() throws Exception {
        String id = random(20);
        assertThat(socket.ask("d1:ad2:id20:" + id + "e1:q4:ping2:roi1e1:t2:aa1:y1:qe")).contains("1:rd2:id20:" + nodeId);
        assertThat(socket.receive(SILENCE)).isEmpty();
        assertThat(table()).doesNotContain(HexFormat.of().formatHex(bytes(id)));
    }

    private String table() throws Exception {
        return Ctl.run(network.first(), "dht", "table").asJsonArray().stream().map(JsonValue::toString).toList().toString();
    }

    // ---- BEP 44

    @Test
    void immutableValuesLieAtTheirHash() throws Exception {
        assertThat(put("1:v12:Hello World!")).contains("1:rd2:id20:" + nodeId + "e");
        String target = raw(HexFormat.of().parseHex("e5f96f6f38320f0f33959cb4d3d656452117aadb"));
        assertThat(socket.ask(query("get", "6:target20:" + target))).contains("5:token8:", "1:v12:Hello World!e", "5:nodes");
        assertThat(socket.ask(query("get", "6:target20:" + random(20)))).contains("5:token8:", "5:nodes").doesNotContain("1:v12:");
    }

    /** The second test vector of BEP 44. */
    @Test
    void mutableItemsLieAtTheHashOfKeyAndSalt() throws Exception {
        String key = raw(HexFormat.of().parseHex("77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548"));
        String signature = raw(HexFormat.of().parseHex("6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
                + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08"));
        String target = raw(HexFormat.of().parseHex("411eba73b6f087ca51a3795d9c8c938d365e32c1"));
        assertThat(put("1:k32:" + key + "4:salt6:foobar3:seqi1e3:sig64:" + signature, "1:v12:Hello World!"))
                .contains("1:rd2:id20:" + nodeId + "e");
        assertThat(socket.ask(query("get", "6:target20:" + target)))
                .contains("1:k32:" + key, "3:seqi1e3:sig64:" + signature, "1:v12:Hello World!e").doesNotContain("4:salt");
        assertThat(socket.ask(query("get", "3:seqi1e6:target20:" + target))).contains("3:seqi1e").doesNotContain("1:v12:", "1:k32:", "3:sig");
        assertThat(socket.ask(query("get", "3:seqi0e6:target20:" + target))).contains("3:seqi1e", "1:v12:Hello World!e");
    }

    @Test
    void writersAreToldWhatIsWrong() throws Exception {
        Owner owner = new Owner();
        assertThat(put(owner.item("", 4, "four"), "1:v4:four")).contains("1:rd2:id20:");
        assertThat(put(owner.item("", 3, "three"), "1:v5:three")).as("older").startsWith("d1:eli302e");
        assertThat(put(owner.item("", 4, "other"), "1:v5:other")).as("as old, and other").startsWith("d1:eli302e");
        assertThat(put(owner.item("", 4, "four"), "1:v4:four")).as("the same again").contains("1:rd2:id20:");
        assertThat(put("3:casi3e" + owner.item("", 5, "five"), "1:v4:five")).as("another is stored").startsWith("d1:eli301e");
        assertThat(put("3:casi4e" + owner.item("", 5, "five"), "1:v4:five")).contains("1:rd2:id20:");
        assertThat(put(owner.item("", 6, "six"), "1:v5:seven")).as("signed otherwise").startsWith("d1:eli206e");
        assertThat(put(owner.item("s".repeat(65), 1, "v"), "1:v1:v")).as("salt").startsWith("d1:eli207e");
        assertThat(put("1:v" + string("x".repeat(1_001)))).as("value").startsWith("d1:eli205e");
        assertThat(put("1:v996:" + "x".repeat(996))).as("1,000 bytes in bencode").contains("1:rd2:id20:");
    }

    /** Four times the question is not enough for it, so the node wants to know first that somebody is there. */
    @Test
    void aLargeValueIsSentToWhoProvesItsAddress() throws Exception {
        String value = "996:" + random(16) + "y".repeat(980);
        put("1:v" + value);
        String target = raw(MessageDigest.getInstance("SHA-1").digest(bytes(value)));
        try (RawSocket stranger = new RawSocket("127.0.79.1", node)) {
            stranger.send("d1:ad2:id20:" + ID + "6:target20:" + target + "e1:q3:get2:roi0e1:t2:aa1:y1:qe");
            String ping = stranger.awaitQuestion("ping");
            stranger.send("d1:rd2:id20:" + ID + "e1:t4:" + field(ping, "1:t4:", 4) + "1:y1:re");
            assertThat(stranger.await("1:t2:aa")).contains("1:v" + value);
        }
    }

    /** An owner of mutable items, by the JDK's Ed25519. */
    private static final class Owner {
        private final KeyPair keys;

        Owner() throws Exception {
            keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        }

        /** Its arguments up to {@code sig}; {@code token} and {@code v} follow. */
        String item(String salt, long sequence, String value) throws Exception {
            byte[] encoded = keys.getPublic().getEncoded();
            String salted = salt.isEmpty() ? "" : "4:salt" + string(salt);
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(bytes(salted + "3:seqi" + sequence + "e1:v" + string(value)));
            return "1:k32:" + raw(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + salted + "3:seqi" + sequence
                    + "e3:sig64:" + raw(signer.sign());
        }
    }

    private String put(String value) throws Exception {
        return put("", value);
    }

    /** With a token between what comes before it in the alphabet and the value; {@code cas} stands before {@code id}. */
    private String put(String before, String value) throws Exception {
        String token = field(socket.ask(query("get", "6:target20:" + TARGET)), "5:token8:", 8);
        String cas = before.startsWith("3:cas") ? before.substring(0, before.indexOf('e') + 1) : "";
        return socket.ask("d1:ad" + cas + "2:id20:" + ID + before.substring(cas.length()) + "5:token8:" + token + value + "e1:q3:put1:t2:aa1:y1:qe");
    }

    private static String query(String method, String arguments) {
        return "d1:ad2:id20:" + ID + arguments + "e1:q" + string(method) + "1:t2:aa1:y1:qe";
    }

    private static String place(DemoNode other) throws IOException {
        return raw(HexFormat.of().parseHex(other.nodeId())) + compact(RawSocket.address(other));
    }
}
