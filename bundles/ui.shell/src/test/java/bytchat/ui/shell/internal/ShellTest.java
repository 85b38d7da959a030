package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.messaging.MessagingException;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.routing.Search;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.ui.PageAddress;
import bytchat.ui.shell.internal.FakeNode.Said;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ShellTest {
    private static final String BOB = "ab".repeat(64);
    private static final Key UID = Key.ofHex("12".repeat(20));
    private static final Key OTHER = Key.ofHex("13".repeat(20));

    private final FakeNode node = new FakeNode();
    private final List<MessageView> messages = new CopyOnWriteArrayList<>();
    private final AtomicReference<Consumer<MessageView>> listener = new AtomicReference<>();
    private final List<Object[]> sent = new ArrayList<>();

    private void withMessenger() {
        node.put(Messenger.class, FakeNode.answering(Messenger.class, Map.of(
                "self", none -> new Messenger.Self("Ada", OTHER.hex(), "cd".repeat(64), "00", "bytchat:x"),
                "contacts", none -> CompletableFuture.completedFuture(
                        List.of(new ContactView(BOB, "Bob\u001b[2J", UID.hex(), ContactState.CONNECTED, ""))),
                "messages", arguments -> CompletableFuture.completedFuture(List.copyOf(messages)),
                "send", arguments -> {
                    sent.add(arguments);
                    return arguments[0].equals("nobody")
                            ? CompletableFuture.failedFuture(
                                    new MessagingException("nobody is no contact: \"contact list\" shows them"))
                            : CompletableFuture.completedFuture(message(true, (String) arguments[1],
                                    (byte[]) arguments[2]));
                },
                "onMessage", arguments -> {
                    listener.set(cast(arguments[0]));
                    return (Registration) () -> listener.set(null);
                })));
    }

    @SuppressWarnings("unchecked")
    private static Consumer<MessageView> cast(Object listener) {
        return (Consumer<MessageView>) listener;
    }

    private static MessageView message(boolean outgoing, String mime, byte[] data) {
        return new MessageView("00:1", BOB, "Bob", 1, outgoing, mime, data, 1_000, 2_000, outgoing ? "waiting"
                : "received", "");
    }

    private void withKeySpace() {
        HashAlgorithm hash =
                FakeNode.answering(HashAlgorithm.class, Map.of("name", none -> "sha-1", "bits", none -> 160,
                "digest", parts -> UID.toArray()));
        node.put(KeySpace.class, new KeySpace() {
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
                return Optional.of("bytchat");
            }
        });
    }

    private static JsonStructure json(Said said) {
        assertThat(said.out()).hasLineCount(1);
        try (JsonReader reader = Json.createReader(new StringReader(said.out()))) {
            return reader.read();
        }
    }

    @Test
    void everyCommandHasHelp() {
        assertThat(node.shell.names())
                .contains("status", "id", "account", "contact", "send", "inbox", "dht", "holders", "tracker",
                "mailbox", "meta", "feature");
        for (String name : node.shell.names()) {
            Said said = node.run(name, "--help");
            assertThat(said.code()).as(name).isZero();
            assertThat(said.out()).as(name).contains("Usage: ").contains(name);
        }
    }

    @Test
    void whatIsNotUnderstoodIsOneSentenceAndCode2() {
        for (String[] line : new String[][] {{"nonsense"}, {"send"}, {"status", "--nope"}, {"account"},
                {"inbox", "--limit", "x"}}) {
            Said said = node.run(line);
            assertThat(said.code()).as(line[0]).isEqualTo(Shell.USAGE);
            assertThat(said.err()).as(line[0]).startsWith("bytchat: ").contains("--help").doesNotContain("\tat ");
        }
    }

    @Test
    void aMissingServiceIsAReasonAndNotATrace() {
        node.put(NodeHealth.class, FakeNode.answering(NodeHealth.class, Map.of("parts", none -> Map.of(),
                "overall", none -> Status.of(State.WAITING, "keyspace waits for a HashAlgorithm"))));
        Said said = node.run("dht", "table", "--json");

        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("keyspace waits for a HashAlgorithm").contains("feature core").hasLineCount(1);
        assertThat(json(said).asJsonObject().getString("error")).contains("waits for");
    }

    @Test
    void withoutAnAccountItSaysHowToMakeOne() {
        node.put(Accounts.class, FakeNode.answering(Accounts.class, Map.of("unlocked", none -> List.<Account>of())));
        for (String[] line : new String[][] {{"inbox"}, {"send", "Bob", "hi"}, {"contact", "list"}}) {
            Said said = node.run(line);
            assertThat(said.code()).isEqualTo(Shell.FAILED);
            assertThat(said.err()).contains("no account yet").contains("account create NAME");
        }
    }

    @Test
    void statusAsTableAndAsJson() {
        node.put(NodeHealth.class,
                FakeNode.answering(NodeHealth.class, Map.of("overall", none -> Status.ready(Map.of()),
                "parts", none -> Map.of("mailbox~default", Status.ready(Map.of("envelopes", 3L))))));
        assertThat(node.run("status").out()).contains("mailbox~default").contains("ready");
        JsonObject status = json(node.run("status", "--json")).asJsonObject();
        assertThat(status.getString("state")).isEqualTo("ready");
        JsonObject mailbox = json(node.run("mailbox", "status", "--json")).asJsonObject()
                .getJsonObject("mailbox~default");
        assertThat(mailbox.getJsonObject("facts").getInt("envelopes")).isEqualTo(3);
        assertThat(node.run("tracker", "status").code()).isEqualTo(Shell.FAILED);
    }

    @Test
    void sendsATextOrAFileOfTheCallersDirectory(@TempDir Path directory) throws Exception {
        withMessenger();
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1};
        Files.write(directory.resolve("picture"), jpeg);
        node.directory = directory;
        node.input = "from a pipe".getBytes(StandardCharsets.UTF_8);

        assertThat(node.run("send", "Bob", "hi").code()).isZero();
        assertThat(node.run("send", "Bob", "--file", "picture").code()).isZero();
        assertThat(node.run("send", "Bob", "--file", "-").code()).isZero();
        assertThat(sent).extracting(call -> call[1]).containsExactly("text/plain", "image/jpeg", "text/plain");
        assertThat((byte[]) sent.get(1)[2]).isEqualTo(jpeg);
        assertThat((byte[]) sent.get(2)[2]).isEqualTo(node.input);
    }

    @Test
    void refusesWhatCannotBeSent(@TempDir Path directory) throws Exception {
        withMessenger();
        node.directory = directory;
        Files.write(directory.resolve("big"), new byte[Messenger.DATA_BYTES_MAX + 1]);
        assertThat(node.run("send", "Bob", "--file", "big").err()).contains("48 KiB");
        assertThat(node.run("send", "Bob", "--file", "none").err()).contains("there is no file");
        assertThat(node.run("send", "Bob").code()).isEqualTo(Shell.USAGE);
        assertThat(node.run("send", "Bob", "hi", "--file", "big").code()).isEqualTo(Shell.USAGE);
        assertThat(sent).isEmpty();
        assertThat(node.run("send", "nobody", "hi").err()).contains("nobody is no contact");
    }

    @Test
    void saysTheStateAndWhy() {
        withMessenger();
        messages.add(new MessageView("00:1", BOB, "Bob", 1, true, "text/plain", "hi\n".getBytes(StandardCharsets.UTF_8),
                1_000, 2_000, "waiting", "no other node is known"));
        messages.add(new MessageView("00:2", BOB, "Bob", 2, true, "text/plain", new byte[0], 1_000, 2_000, "stored",
                "stored at 3 of 5"));
        assertThat(node.run("inbox").out()).hasLineCount(3).contains("waiting: no other node is known")
                .contains("  stored at 3 of 5").doesNotContain("stored: stored");
        assertThat(node.run("send", "Bob", "hi").out()).isEqualToIgnoringNewLines("message 1 to Bob: waiting");
    }

    @Test
    void tellsAccountsOfOneNameApart() {
        List<Messenger> twins = List.of(messengerOf("Ada", "ab"), messengerOf("ada", "cd"), messengerOf("Bob", "ef"));
        twins.forEach(one -> node.put(Messenger.class, one));
        assertThat(node.run("inbox").err()).contains("abababab (Ada), cdcdcdcd (ada)").contains("Bob");
        assertThat(node.run("inbox", "--account", "Ada").err()).contains("several accounts are called Ada")
                .contains("abababab");
    }

    private static Messenger messengerOf(String name, String digits) {
        return FakeNode.answering(Messenger.class, Map.of("self",
                none -> new Messenger.Self(name, OTHER.hex(), digits.repeat(64), "00", "bytchat:x")));
    }

    @Test
    void makesASecondAccountOfANameOnlyIfTold() {
        Account ada = FakeNode.answering(Account.class, Map.of("name", none -> "Ada", "fingerprint",
                none -> new byte[64], "deviceId", none -> new byte[32]));
        node.put(Accounts.class, FakeNode.answering(Accounts.class, Map.of("unlocked", none -> List.of(ada),
                "create", arguments -> CompletableFuture.completedFuture(ada))));
        Said refused = node.run("account", "create", " ada");
        assertThat(refused.code()).isEqualTo(Shell.FAILED);
        assertThat(refused.err()).contains("an account called ada already").contains("--another").hasLineCount(1);
        assertThat(node.run("account", "create", "ada", "--another").code()).isZero();
        assertThat(node.run("account", "create", "Bob").code()).isZero();
    }

    @Test
    void exportsAnAccountIntoANewFileThatOnlyItsOwnerReads(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("words"), "correct horse\nsecond line\n");
        List<String> passphrases = new ArrayList<>();
        Account ada = FakeNode.answering(Account.class, Map.of("name", none -> "Ada", "fingerprint", none -> new byte[64]));
        node.put(Accounts.class, FakeNode.answering(Accounts.class, Map.of("unlocked", none -> List.of(ada), "exportAccount", arguments -> {
            passphrases.add(new String((byte[]) arguments[1], StandardCharsets.UTF_8));
            return CompletableFuture.completedFuture(new byte[] {1, 2, 3});
        })));
        node.directory = directory;
        assertThat(node.run("account", "export", "ada.bytchat", "--passphrase-file", "words").code()).isZero();
        assertThat(directory.resolve("ada.bytchat")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("ada.bytchat")))).isEqualTo("rw-------");
        Said again = node.run("account", "export", "ada.bytchat", "--passphrase-file", "words");
        assertThat(again.code()).isEqualTo(Shell.FAILED);
        assertThat(again.err()).contains("exists already");
        node.input = "typed words".getBytes(StandardCharsets.UTF_8);
        assertThat(node.run("account", "export", "other.bytchat", "--new-passphrase").code()).isZero();
        assertThat(passphrases).containsExactly("correct horse", "typed words");
        assertThat(node.run("account", "export", "third.bytchat").code()).as("no passphrase").isEqualTo(Shell.USAGE);
    }

    @Test
    void importsAnAccountAndListsItsDevices(@TempDir Path directory) throws Exception {
        Files.write(directory.resolve("ada.bytchat"), new byte[] {1, 2, 3});
        BBytes here = BBytes.of(new byte[32]);
        BBytes there = BBytes.wrap("another device, with 32 bytes id".getBytes(StandardCharsets.US_ASCII));
        DeviceList list = new DeviceList(BDict.builder().put("fp", new byte[64]).put("n", 2).put("ts", 1).put("sig", new byte[1])
                .put("devices", List.of(here, there)).put("revoked", List.of(there)).build());
        BDict cert = BDict.builder().put("fp", new byte[64]).put("key", new byte[32]).put("ts", 1).put("exp", 2).put("sig", new byte[1]).build();
        Credentials credentials = Credentials.of(new byte[1], new DeviceCertificate(cert), list);
        Account ada = FakeNode.answering(Account.class, Map.of("name", none -> "Ada", "fingerprint", none -> new byte[64],
                "deviceId", none -> here.toArray(), "credentials", none -> credentials));
        node.put(Accounts.class, FakeNode.answering(Accounts.class, Map.of("unlocked", none -> List.of(ada), "importAccount", arguments ->
                new String((byte[]) arguments[1], StandardCharsets.UTF_8).equals("right words")
                        ? CompletableFuture.completedFuture(ada)
                        : CompletableFuture.failedFuture(new IllegalArgumentException("the passphrase does not open this file")))));
        node.directory = directory;
        node.input = "wrong words".getBytes(StandardCharsets.UTF_8);
        Said wrong = node.run("account", "import", "ada.bytchat", "--passphrase");
        assertThat(wrong.code()).isEqualTo(Shell.FAILED);
        assertThat(wrong.err()).contains("the passphrase does not open this file").hasLineCount(1);
        node.input = "right words".getBytes(StandardCharsets.UTF_8);
        assertThat(node.run("account", "import", "ada.bytchat", "--passphrase").out()).contains("a device of Ada, one of 2");
        assertThat(node.run("account", "devices").out()).contains("this node").contains("in use").contains("revoked");
    }

    @Test
    void listsOfWideThingsStayReadable() {
        String link = "bytchat:" + "x".repeat(200);
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        Map<String, Object> keys = Map.of("id", BOB);
        Printer.text(new View.Facts(Map.of("nodes", List.of(keys, keys))), out);
        assertThat(text.toString().lines()).containsExactly("nodes:", "  ID", "  " + BOB.substring(0, 16) + "…",
                "  " + BOB.substring(0, 16) + "…");

        text.getBuffer().setLength(0);
        Map<String, Object> links = Map.of("link", link);
        Printer.text(new View.Facts(Map.of("accounts", List.of(links, links))), out);
        assertThat(text.toString().lines()).containsExactly("accounts:", "  link  " + link, "", "  link  " + link);
    }

    @Test
    void inboxGivesTextAndBytes() {
        withMessenger();
        messages.add(message(false, "text/plain", "hi".getBytes(StandardCharsets.UTF_8)));
        messages.add(message(true, "image/jpeg", new byte[] {1, 2}));
        List<JsonObject> all = json(node.run("inbox", "--json")).asJsonArray().getValuesAs(JsonObject.class);
        assertThat(all).hasSize(2);
        assertThat(all.get(0).getString("text")).isEqualTo("hi");
        assertThat(all.get(1).getString("data_base64")).isEqualTo("AQI=");
        assertThat(json(node.run("inbox", "--incoming", "--json")).asJsonArray()).hasSize(1);
        assertThat(node.run("inbox").out()).contains("[image/jpeg, 2 bytes]");
    }

    @Test
    void inboxWaitsForAMessageAndComesBackWithIt() throws Exception {
        withMessenger();
        CompletableFuture<Said> waiting =
                CompletableFuture.supplyAsync(() -> node.run("inbox", "--incoming", "--wait", "20", "--json"));
        while (listener.get() == null) {
            Thread.onSpinWait();
        }
        MessageView message = message(false, "text/plain", new byte[] {'x'});
        messages.add(message);
        Consumer<MessageView> hearing = listener.get();
        if (hearing != null) {
            hearing.accept(message);
        }
        assertThat(waiting.get().code()).isEqualTo(Shell.DONE);
        assertThat(json(waiting.get()).asJsonArray()).hasSize(1);
        assertThat(listener.get()).isNull();
    }

    @Test
    void inboxThatWaitedInVainExitsWith4() {
        withMessenger();
        Said said = node.run("inbox", "--wait", "1", "--json");
        assertThat(said.code()).isEqualTo(Shell.TIMED_OUT);
        assertThat(json(said).asJsonArray()).isEmpty();
    }

    @Test
    void whatOthersWroteCannotMoveTheCursor() {
        withMessenger();
        messages.add(message(false, "text/plain", "a\u001b[31mb\u0007".getBytes(StandardCharsets.UTF_8)));
        assertThat(node.run("contact", "list").out()).contains("Bob").doesNotContain("\u001b");
        assertThat(node.run("inbox").out()).contains("a[31mb").doesNotContain("\u001b").doesNotContain("\u0007");
    }

    @Test
    void looksAContactUpByName() {
        withMessenger();
        withKeySpace();
        Contact found = new Contact(OTHER, new InetSocketAddress("127.0.0.1", 4001));
        routing("search", arguments -> {
            assertThat(node.environment().loop().inLoop()).isTrue();
            LookupRequest request = (LookupRequest) arguments[0];
            assertThat(request.target()).isEqualTo(UID);
            assertThat(request.paths()).isEqualTo(4);
            return FakeNode.answering(Search.class, Map.of("result", none -> CompletableFuture.completedFuture(
                    new LookupResult.Converged(UID, List.of(found), new LookupResult.Effort(3, 2, 1, 5_000_000)))));
        });
        JsonObject result = json(node.run("dht", "lookup", BOB.substring(0, 8), "--paths", "4", "--json")).asJsonObject();
        assertThat(result.getString("outcome")).isEqualTo("converged");
        assertThat(result.getJsonArray("nodes").getJsonObject(0).getString("address")).isEqualTo("127.0.0.1:4001");
        assertThat(node.run("dht", "lookup", "stranger").err()).contains("neither a UID of 40");
        assertThat(node.run("dht", "lookup", BOB.substring(0, 8), "--paths", "9").err()).contains("--paths is 1 to 8");
    }

    @Test
    void tellsWhoIsInARegionAndHowManyThereAre() {
        withKeySpace();
        routing("region", arguments -> {
            assertThat(((Key) arguments[0]).hex()).startsWith("abc0000");
            return CompletableFuture.completedFuture(new Region((Key) arguments[0], (int) arguments[1],
                    List.of(new Contact(OTHER, new InetSocketAddress("127.0.0.1", 4001))), true, new LookupResult.Effort(3, 2, 1, 5)));
        }, "networkSize", none -> Optional.of(new NetworkSize(812.4, 702.2, 940.6, 31)));
        JsonObject region = json(node.run("dht", "region", "abc", "--json")).asJsonObject();
        assertThat(region.getInt("bits")).isEqualTo(12);
        assertThat(region.getBoolean("complete")).isTrue();
        assertThat(region.getJsonArray("nodes")).hasSize(1);
        assertThat(json(node.run("dht", "region", "abc", "--bits", "2", "--json")).asJsonObject().getInt("bits")).isEqualTo(2);
        assertThat(node.run("dht", "region", "abc", "--bits", "13").err()).contains("--bits is 0 to 12");
        assertThat(node.run("dht", "region", "xyz").err()).contains("hexadecimal digits");
        assertThat(node.run("dht", "size").out()).contains("812").contains("702").contains("941");
    }

    @Test
    void theTableHasBothFamiliesByBucket() throws Exception {
        withKeySpace();
        routing("table", none -> List.of(entry("::1", 1), entry("127.0.0.1", 5), entry("127.0.0.2", 2)));
        node.put(LocalNode.class, FakeNode.answering(LocalNode.class, Map.of("id", none -> UID)));
        assertThat(json(node.run("dht", "table", "--json")).asJsonArray().getValuesAs(JsonObject.class))
                .extracting(row -> row.getString("family") + " " + row.getInt("bucket")).containsExactly("ipv4 2", "ipv4 5", "ipv6 1");
    }

    private static RoutingPlane.TableEntry entry(String address, int bucket) {
        return new RoutingPlane.TableEntry(new Contact(OTHER, new InetSocketAddress(address, 4001)), bucket, 5, -1, 0);
    }

    @Test
    void theRoutingPlaneIsShownAndChanged() {
        withKeySpace();
        node.put(RoutingPlanes.class, FakeNode.answering(RoutingPlanes.class, Map.of(
                "list", none -> List.of(new RoutingPlanes.PlaneInfo("kademlia", true, true, Status.ready(Map.of())),
                        new RoutingPlanes.PlaneInfo("fixed", true, false, Status.of(State.OFF, "not in use"))),
                "switchTo", arguments -> arguments[0].equals("fixed") ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new IllegalArgumentException("the routing plane pigeon is not installed")))));
        assertThat(node.run("dht", "plane", "list").out()).containsSubsequence("kademlia", "yes", "ready", "fixed", "no", "off");
        assertThat(json(node.run("dht", "plane", "switch", "fixed", "--json")).asJsonObject().getString("before")).isEqualTo("kademlia");
        assertThat(node.run("dht", "plane", "switch", "pigeon").err()).contains("the routing plane pigeon is not installed");
    }

    private void routing(String method, FakeNode.Answer answer) {
        routing(Map.of(method, answer));
    }

    private void routing(String method, FakeNode.Answer answer, String other, FakeNode.Answer otherAnswer) {
        routing(Map.of(method, answer, other, otherAnswer));
    }

    private void routing(Map<String, FakeNode.Answer> answers) {
        RoutingPlane plane = FakeNode.answering(RoutingPlane.class, answers);
        node.put(RoutingPlanes.class, FakeNode.answering(RoutingPlanes.class, Map.of("active", none -> plane)));
    }

    @Test
    void holdersAreThoseWhoAnswerEvenWithARefusal() {
        withKeySpace();
        Peer answers = peer(4001, false);
        Peer silent = peer(4002, false);
        node.put(Holders.class,
                FakeNode.answering(Holders.class, Map.of("ask", arguments -> CompletableFuture.completedFuture(
                new Replies<BDict>((Key) arguments[0], List.of(), List.of(
                        new Replies.Failure(answers, RpcException.answered(RpcException.PROTOCOL, "'cert' is missing")),
                        new Replies.Failure(silent, RpcException.failed(RpcException.Kind.TIMEOUT, "no answer"))),
                                "")))));
        List<JsonObject> holders = json(node.run("holders", UID.hex(), "--json")).asJsonObject().getJsonArray("holders")
                .getValuesAs(JsonObject.class);
        assertThat(holders).extracting(row -> row.getString("address") + " " + row.getString("trouble"))
                .containsExactlyInAnyOrder("127.0.0.1:4001 ", "127.0.0.1:4002 no answer");
    }

    private static Peer peer(int port, boolean self) {
        return FakeNode.answering(Peer.class, Map.of("id", none -> Optional.of(OTHER), "nodeKey", none -> new byte[32],
                "address", none -> new InetSocketAddress("127.0.0.1", port), "isSelf", none -> self));
    }

    @Test
    void featuresSayWhatOrWhy() {
        node.put(FeatureManager.class, FakeNode.answering(FeatureManager.class, Map.of("list", none -> List.of(
                new FeatureInfo("core", "a:b:1", "What every node needs.", true, Status.ready(Map.of()), List.of("x")),
                new FeatureInfo("holder", "a:c:1", "Holds.", true, Status.of(State.WAITING, "no key space"),
                        List.of())))));
        assertThat(node.run("feature", "list").out()).contains("What every node needs.").contains("no key space");
        assertThat(json(node.run("feature", "list", "--json")).asJsonArray()).hasSize(2);
    }

    private static final List<PlaneInfo> PLANES = List.of(
            new PlaneInfo("mailbox", "default", true, Planes.Role.ACTIVE, Status.ready(Map.of("accounts", 1L))),
            new PlaneInfo("direct", "default", true, Planes.Role.RECEIVING, Status.of(State.WAITING, "nobody can reach this node")));

    @Test
    void thePagesAddressIsTold() {
        assertThat(node.run("page").err()).contains("the page is not running").contains("feature web");
        node.put(PageAddress.class, () -> "http://127.0.0.1:1/?token=t");
        assertThat(node.run("page").out()).isEqualTo("http://127.0.0.1:1/?token=t\n");
        assertThat(node.run("page", "--json").out()).isEqualTo("{\"address\":\"http://127.0.0.1:1/?token=t\"}\n");
    }

    @Test
    void planesSayWhoSendsAndWhy() {
        node.put(Planes.class, FakeNode.answering(Planes.class, Map.of("list", none -> PLANES)));
        assertThat(node.run("plane", "list").out()).contains("mailbox  active", "direct   receiving  waiting", "nobody can reach this node");
        assertThat(node.run("plane", "why", "direct").out()).isEqualTo("The direct plane receives what others send by it; the mailbox"
                + " plane sends (plane switch direct). It is waiting: nobody can reach this node." + System.lineSeparator());
        assertThat(node.run("plane", "why", "mailbox").out()).startsWith("The mailbox plane sends, because the configuration");
        node.put(NodeHealth.class, FakeNode.answering(NodeHealth.class, Map.of("parts", none -> Map.of("planes",
                Status.ready(Map.of("configured", "direct"))))));
        assertThat(node.run("plane", "why", "mailbox").out()).startsWith("The mailbox plane sends until the direct plane, which the");
        assertThat(node.run("plane", "why", "pigeon").err()).contains("feature install pigeon-plane");
        JsonObject first = json(node.run("plane", "list", "--json")).asJsonArray().getJsonObject(0);
        assertThat(first.getString("role")).isEqualTo("active");
        assertThat(first.getBoolean("installed")).isTrue();
    }

    @Test
    void aSwitchOfPlanesSucceedsOrSaysWhyNot() {
        node.put(Planes.class, FakeNode.answering(Planes.class, Map.of("list", none -> PLANES, "switchTo", arguments ->
                arguments[0].equals("direct") ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new PlaneException("the plane pigeon is not installed")))));
        assertThat(node.run("plane", "switch", "direct").out()).contains("leave by the direct plane now, no longer by the mailbox plane");
        FakeNode.Said refused = node.run("plane", "switch", "pigeon");
        assertThat(refused.code()).isEqualTo(Shell.FAILED);
        assertThat(refused.err()).isEqualTo("bytchat: the plane pigeon is not installed" + System.lineSeparator());
    }

    @Test
    void anUnexpectedErrorIsForTheLog() {
        node.put(NodeHealth.class, FakeNode.answering(NodeHealth.class, Map.of("overall", none -> {
            throw new IllegalStateException("inner secrets");
        })));
        Said said = node.run("status");
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("the node's log").doesNotContain("inner secrets").hasLineCount(1);
    }
}
