package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.rpc.RpcException;
import bytchat.ui.shell.internal.FakeNode.Said;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MainlineCommandsTest {
    private static final Key KEY = Key.of(new byte[20]);
    private static final String HEX = KEY.hex();
    private static final String PUBLIC_KEY = "01".repeat(32);
    private static final LookupResult LOOKUP = new LookupResult.Converged(KEY, List.of(), new Effort(9, 7, 2, 5_000_000));
    private static final Contact NODE = new Contact(KEY, new InetSocketAddress("127.0.0.1", 6881));

    private final FakeNode node = new FakeNode();
    private final List<Object> put = new ArrayList<>();
    private Optional<BValue> value = Optional.empty();
    private Optional<MutableItem> item = Optional.empty();
    private Stored stored = new Stored(KEY, List.of(NODE), false, List.of(), LOOKUP);

    MainlineCommandsTest() {
        HashAlgorithm hash = FakeNode.answering(HashAlgorithm.class, Map.of("bits", none -> 160, "name", none -> "any"));
        KeySpace space = new KeySpace() {
            @Override
            public String name() {
                return "default";
            }

            @Override
            public HashAlgorithm hash() {
                return hash;
            }

            @Override
            public Optional<String> network() {
                return Optional.empty();
            }
        };
        NodeKey key = FakeNode.answering(NodeKey.class, Map.of(
                "publicKey", none -> new byte[32], "sign", message -> new byte[64]));
        node.put(KeySpace.class, space).put(LocalNode.class, FakeNode.answering(LocalNode.class, Map.of("nodeKey", none -> key)));
    }

    private Said run(String... arguments) {
        if (node.all(Mainline.class).isEmpty()) {
            node.put(Mainline.class, FakeNode.answering(Mainline.class, Map.of(
                    "get", key -> CompletableFuture.completedFuture(key.length == 1
                            ? new Found<>(KEY, value, LOOKUP) : new Found<>(KEY, item, LOOKUP)),
                    "put", what -> {
                        put.addAll(List.of(what));
                        return CompletableFuture.completedFuture(stored);
                    },
                    "sign", what -> {
                        Mainline.Signer signer = (Mainline.Signer) what[0];
                        return new MutableItem(BBytes.of(signer.publicKey()), BBytes.of((byte[]) what[1]), (long) what[2],
                                (BValue) what[3], BBytes.of(signer.sign(new byte[0])));
                    },
                    "announce", what -> {
                        put.addAll(List.of(what));
                        return CompletableFuture.completedFuture(stored);
                    },
                    "peers", key -> CompletableFuture.completedFuture(
                            new Found<>(KEY, Optional.of(List.of(NODE.address())), LOOKUP)))));
        }
        return node.run(arguments);
    }

    @Test
    void putStoresATextAndSaysWhere() {
        assertThat(run("dht", "put", "hello", "--json").out())
                .contains("\"target\":\"" + HEX + "\"", "\"copies\":1", "\"here\":false", "\"queries\":9");
        assertThat(put).containsExactly(BBytes.of("hello"));
    }

    @Test
    void putMutableGoesOneAboveWhatIsThere() {
        assertThat(run("dht", "put", "--mutable", "--salt", "s", "hello", "--json").out()).contains("\"sequence\":1");
        item = Optional.of(mutable(41, BBytes.of("old")));
        assertThat(run("dht", "put", "--mutable", "--salt", "s", "--cas", "41", "hello", "--json").out()).contains("\"sequence\":42");
        assertThat(((MutableItem) put.get(2)).salt()).isEqualTo(BBytes.of("s"));
        assertThat(put.get(3)).isEqualTo(OptionalLong.of(41));
        assertThat(run("dht", "put", "--mutable", "--sequence", "7", "hello", "--json").out()).contains("\"sequence\":7");
    }

    @Test
    void whatNobodyTakesIsAFailureWithItsReason() {
        stored = new Stored(KEY, List.of(), false,
                List.of(new Stored.Refusal(NODE, RpcException.answered(RpcException.CAS_MISMATCH, "another is stored"))), LOOKUP);
        Said said = run("dht", "put", "hello");
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("nobody stored it: another is stored (301)");
        stored = new Stored(KEY, List.of(), false, List.of(), LOOKUP);
        assertThat(run("dht", "put", "hello").err()).contains("no node was found");
    }

    @Test
    void getShowsAnyValue() {
        value = Optional.of(BDict.builder().put("list", BList.of(new BInteger(1), BBytes.of(new byte[] {(byte) 0xff}))).put("t", "text").build());
        assertThat(run("dht", "get", HEX, "--json").out()).contains("\"value\":{\"list\":[1,\"0xff\"],\"t\":\"text\"}");
        value = Optional.of(BBytes.of("hello"));
        assertThat(run("dht", "get", HEX).out()).containsSubsequence("outcome", "converged", "value", "hello");
    }

    @Test
    void getByKeyShowsTheSequenceNumber() {
        item = Optional.of(mutable(3, BBytes.of("third")));
        assertThat(run("dht", "get", "--key", PUBLIC_KEY, "--json").out()).contains("\"sequence\":3", "\"value\":\"third\"");
    }

    @Test
    void getSaysHowManyDoNotHaveIt() {
        Said said = run("dht", "get", HEX);
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("none of the 7 nodes that answered has it");
    }

    @Test
    void getWantsAHashOrAKey() {
        assertThat(run("dht", "get").err()).contains("either the HASH of a value, or the --key");
        assertThat(run("dht", "get", HEX, "--key", PUBLIC_KEY).err()).contains("either the HASH");
        assertThat(run("dht", "get", "--key", "01").err()).contains("64 hexadecimal digits");
        assertThat(run("dht", "get", "01").err()).contains("40 hexadecimal digits");
    }

    @Test
    void announceAndPeers() {
        assertThat(run("dht", "announce", HEX, "--port", "7000").out()).contains("copies", "1");
        assertThat(put).containsExactly(KEY, 7000);
        assertThat(run("dht", "peers", HEX, "--json").out()).contains("\"peers\":[\"127.0.0.1:6881\"]");
    }

    @Test
    void withoutTheFeatureItsNameIsSaid() {
        Said said = node.run("dht", "put", "hello");
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("feature mainline");
    }

    private static MutableItem mutable(long sequence, BValue value) {
        return new MutableItem(BBytes.of(new byte[32]), BBytes.of(""), sequence, value, BBytes.of(new byte[64]));
    }
}
