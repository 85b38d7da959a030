package bytchat.itests.demo;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What happens in the demo, step by step; every step looks at what the nodes say about it. */
final class Story {
    private static final long LOOK_AGAIN_MS = 100;
    private static final Duration HOLDERS_LOOKED_UP_AGAIN = Duration.ofSeconds(330);

    private final Network network;
    private final Path directory;
    private final Narrator narrator;
    private final Duration patience;
    private final Optional<Path> trap;
    private final Ledger ledger = new Ledger();
    private final List<String> figures = new ArrayList<>();
    private String aliceUid;
    private String bobUid;

    /** @param trap a file whose appearance makes the nodes misbehave */
    Story(Network network, Path directory, Narrator narrator, Duration patience, Optional<Path> trap) {
        this.network = network;
        this.directory = directory;
        this.narrator = narrator;
        this.patience = patience;
        this.trap = trap;
    }

    Ledger ledger() {
        return ledger;
    }

    List<String> figures() {
        return figures;
    }

    void tell() throws DemoFailure, IOException, InterruptedException {
        join();
        meet();
        if (trap.isPresent()) {
            Files.createFile(trap.get());
            narrator.say("... and from now on the nodes misbehave (--break)");
            Thread.sleep(1_000); // they look for the file several times a second
        }
        talk();
        switchPlanes();
        leaveMail();
        disaster();
        comeBack();
        powerCut();
        nothingIsLeftBehind();
    }

    private void join() throws DemoFailure, IOException, InterruptedException {
        narrator.step("A network of " + network.all().size() + " nodes, each a process with its own data, port and identity");
        double before = narrator.seconds();
        network.start();
        for (DemoNode node : network.all()) {
            narrator.say("%-7s process %-7d %-16s node %s", node.name(), node.pid(), node.address(), brief(node.nodeId()));
        }
        JsonObject lookup = Ctl.run(network.bystander(), "dht", "lookup", network.first().nodeId()).asJsonObject();
        if (!lookup.getString("outcome").equals("converged")
                || !lookup.getJsonArray("nodes").getJsonObject(0).getString("id").equals(network.first().nodeId())) {
            throw new DemoFailure("a lookup for node1's id from " + network.bystander().name() + " did not find it: " + lookup);
        }
        narrator.say("%s looks up node1's id: found with %d queries in %.1f ms", network.bystander().name(),
                lookup.getInt("queries"), lookup.getJsonNumber("duration_ms").doubleValue());
        figure("%d nodes ready in %.1f s", network.all().size(), narrator.seconds() - before);
    }

    private void meet() throws DemoFailure, InterruptedException {
        narrator.step("Alice and Bob each make an account: an RSA key, whose hash is the UID");
        Ctl.run(network.alice(), "account", "create", "Alice");
        Ctl.run(network.bob(), "account", "create", "Bob");
        JsonObject alice = introduced(network.alice());
        JsonObject bob = introduced(network.bob());
        aliceUid = alice.getString("uid");
        bobUid = bob.getString("uid");
        narrator.say("Alice is %s, Bob is %s", brief(aliceUid), brief(bobUid));
        narrator.say("Alice's link: %s", alice.getString("link"));

        narrator.step("They exchange links and shake hands through each other's mailboxes");
        double before = narrator.seconds();
        Ctl.run(network.alice(), "contact", "add", bob.getString("link"), "--name", "Bob");
        Ctl.run(network.bob(), "contact", "add", alice.getString("link"), "--name", "Alice");
        await("the handshake", () -> Views.connected(network.alice()) && Views.connected(network.bob()), () ->
                "Alice: " + Ctl.attempt(network.alice(), "contact", "list").out()
                        + "\nBob: " + Ctl.attempt(network.bob(), "contact", "list").out());
        narrator.say("both hold the same session: X25519 and ML-KEM-768, certified by their RSA keys");
        figure("handshake both ways in %.1f s", narrator.seconds() - before);
        JsonObject meta = Ctl.run(network.alice(), "meta", "get", "Bob").asJsonObject();
        narrator.say("Bob's signed meta, read by Alice at the holders of hash(\"meta\" + UID): name \"%s\"", meta.getString("name"));
        sayHolders("tracker", bobUid, "know where Bob's devices are");
    }

    private void talk() throws DemoFailure, IOException, InterruptedException {
        narrator.step("Both are there: text both ways, and a photograph");
        double before = narrator.seconds();
        sendText(network.alice(), "Bob", "bob", "Hello Bob, this is Alice. Nobody runs this network but us.");
        awaitShown("bob");
        figure("a text to somebody who is there, sent to shown: %.0f ms", (narrator.seconds() - before) * 1000);
        sendText(network.bob(), "Alice", "alice", "Hello Alice! Smörgåsbord, 你好, 🙂 all arrive?");
        awaitShown("alice");
        sendPhotograph(network.alice(), "Bob", "bob", 1);
        awaitShown("bob");
        awaitDelivered(network.alice());
        awaitDelivered(network.bob());
        narrator.say("each was shown once, byte for byte, and its sender has the receiver's signed receipt");
    }

    private void switchPlanes() throws DemoFailure, IOException, InterruptedException {
        narrator.step("Both nodes switch to the direct plane while messages are on their way, and back");
        List<Long> pausesMs = new ArrayList<>(switchTo("direct"));
        List<DemoNode> everybody = network.running();
        long puts = Views.puts(everybody);
        double before = narrator.seconds();
        sendText(network.alice(), "Bob", "bob", "Now from my device to yours; nobody in between keeps anything.");
        awaitShown("bob");
        figure("by the direct plane, sent to shown: %.0f ms", (narrator.seconds() - before) * 1000);
        sendText(network.bob(), "Alice", "alice", "So the network only tells us where we are.");
        sendPhotograph(network.bob(), "Alice", "alice", 3);
        awaitShown("alice");
        awaitDelivered(network.alice());
        awaitDelivered(network.bob());
        long kept = Views.puts(everybody) - puts;
        if (kept != 0) {
            throw new DemoFailure("holders were given " + kept + " envelopes while both used the direct plane");
        }
        narrator.say("meanwhile the mailboxes of all %d nodes were asked to keep 0 envelopes", everybody.size());
        pausesMs.addAll(switchTo("mailbox"));
        figure("planes switched %d times under way: sends paused for %d ms at most", pausesMs.size(), Collections.max(pausesMs));
    }

    /** Both people's nodes, one after the other, each with a message sent just before; how long sends paused at each. */
    private List<Long> switchTo(String plane) throws DemoFailure, InterruptedException {
        List<Long> pausesMs = new ArrayList<>();
        for (String sender : List.of("alice", "bob")) {
            DemoNode node = person(sender);
            boolean isAlice = sender.equals("alice");
            sendText(node, isAlice ? "Bob" : "Alice", isAlice ? "bob" : "alice", "I switch to the " + plane + " plane this moment. " + sender);
            double before = narrator.seconds();
            Ctl.run(node, "plane", "switch", plane);
            double took = narrator.seconds() - before;
            pausesMs.add(Views.facts(node, "planes").getJsonNumber("pause_last_ms").longValue());
            narrator.say("%s's node sends by the %s plane after %.0f ms; its sends paused for %d ms", sender, plane, took * 1000,
                    pausesMs.get(pausesMs.size() - 1));
        }
        awaitShown("bob");
        awaitShown("alice");
        awaitDelivered(network.alice());
        awaitDelivered(network.bob());
        return pausesMs;
    }

    private void leaveMail() throws DemoFailure, IOException, InterruptedException {
        narrator.step("Bob goes offline; Alice writes to him all the same");
        network.bob().stop();
        sendText(network.alice(), "Bob", "bob", "You are away, so this waits for you at the five nodes nearest your chat key.");
        sendText(network.alice(), "Bob", "bob", "They cannot read it, and drop it only for your signature.");
        sendPhotograph(network.alice(), "Bob", "bob", 2);
        await("Alice's messages to be stored", () -> Views.states(network.alice()).stream().noneMatch("waiting"::equals), () ->
                "Alice's node says: " + Views.outgoing(network.alice()));
        for (JsonObject row : Views.sent(network.alice())) {
            if (row.getString("state").equals("stored")) {
                narrator.say("%-10s %6d bytes: %s", row.getString("mime_type"), row.getInt("bytes"), row.getString("detail"));
            }
        }
    }

    private void disaster() throws DemoFailure, IOException, InterruptedException {
        DemoNode third = network.bystander();
        narrator.step("Two of the holders die, and Alice's node is restarted");
        List<DemoNode> holders = sayHolders("mailbox", bobUid, "hold Bob's mail");
        List<DemoNode> victims = holders.stream()
                .filter(node -> node != network.alice() && node != network.bob() && node != third).limit(2).toList();
        if (victims.size() < 2) {
            throw new DemoFailure("fewer than two holders belong to neither Alice, Bob nor " + third.name() + ": "
                    + holders.stream().map(DemoNode::name).toList());
        }
        for (DemoNode victim : victims) {
            narrator.say("%s, which holds %s, is killed (SIGKILL)", victim.name(), Views.held(victim));
            victim.kill();
        }
        network.alice().stop();
        network.alice().start();
        network.alice().awaitReady();
        narrator.say("Alice's node is back with %d messages in her history", Views.messages(network.alice()).size());
    }

    private void comeBack() throws DemoFailure, IOException, InterruptedException {
        narrator.step("Bob comes back");
        double before = narrator.seconds();
        network.bob().start();
        network.bob().awaitReady();
        double ready = narrator.seconds();
        awaitShown("bob");
        figure("mail shown %.1f s after Bob's node was ready (%.1f s after its start)", narrator.seconds() - ready,
                narrator.seconds() - before);
        for (JsonObject row : Views.received(network.bob())) {
            narrator.say("from Alice: %s", row.getString("text", "[" + row.getString("mime_type") + ", " + row.getInt("bytes") + " bytes]"));
        }
        awaitDelivered(network.alice());
        narrator.say("Alice's node has Bob's signed receipt for every message");
    }

    private void powerCut() throws DemoFailure, IOException, InterruptedException {
        narrator.step("Bob's node is killed the moment it has acknowledged, and started again");
        network.bob().kill();
        network.bob().start();
        network.bob().awaitReady();
        // time for a holder that has not buried to push again
        Thread.sleep(3_000);
        Ledger.Verdict verdict = verdict("bob");
        narrator.say("his inbox has %d messages, as before%s", Views.shown(network.bob()).size(), verdict.good() ? "" : "? No:");
    }

    private void nothingIsLeftBehind() throws DemoFailure, InterruptedException {
        narrator.step("What the holders keep now");
        List<DemoNode> neverDown = network.running().stream()
                .filter(node -> node != network.alice() && node != network.bob()).toList();
        // a holder that its receiver could not reach just then is found at the next look, five minutes later
        Duration limit = trap.isPresent() ? patience : HOLDERS_LOOKED_UP_AGAIN;
        await("the holders to bury what was acknowledged", limit, () -> Views.envelopes(neverDown) == 0, () -> neverDown.stream()
                .map(node -> node.name() + " holds " + Views.heldQuietly(node)).collect(Collectors.joining(", ")));
        narrator.say("none of the %d nodes that were there all the time holds a message any more; tombstones keep it so", neverDown.size());
        long late = Views.envelopes(List.of(network.alice(), network.bob()));
        if (late > 0) {
            narrator.say("%d envelopes are still at Alice's and Bob's own nodes, which were down when they were acknowledged elsewhere:", late);
            narrator.say("their receivers look for holders every 5 minutes, recognise them and acknowledge again");
        }
    }

    /** Both inboxes against what was sent. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (String receiver : List.of("alice", "bob")) {
            try {
                Ledger.Verdict verdict = verdict(receiver);
                for (Ledger.Sent message : verdict.lost()) {
                    complaints.add(promised(message) ? "LOST: " + receiver + " was not shown " + message.what() + ", though it was promised"
                            : "NEVER STORED: " + message.what() + " is still waiting at its sender's node");
                }
                verdict.twice().forEach(message -> complaints.add("SHOWN TWICE: " + message.what() + " to " + receiver));
                verdict.strange().forEach(message -> complaints.add("STRANGE: " + receiver + " was shown " + message + ", which nobody sent"));
            } catch (DemoFailure e) {
                complaints.add("UNKNOWN: " + e.getMessage());
            }
        }
        return complaints;
    }

    private DemoNode person(String name) {
        return name.equals("bob") ? network.bob() : network.alice();
    }

    private DemoNode writesTo(String receiver) {
        return person(receiver.equals("bob") ? "alice" : "bob");
    }

    /** Whether the sender's node has told its person that the message is safe. */
    private boolean promised(Ledger.Sent message) throws DemoFailure {
        DemoNode sender = writesTo(message.receiver());
        if (!sender.running()) {
            return true; // nobody is left who could still send it
        }
        return Views.sent(sender).stream().noneMatch(row -> row.getString("state").equals("waiting")
                && Views.digest(row).equals(message.digest()));
    }

    private void sendText(DemoNode from, String contact, String receiver, String text) throws DemoFailure {
        ledger.sent(receiver, "\"" + text + "\"", "text/plain", text.getBytes(StandardCharsets.UTF_8));
        Ctl.run(from, "send", contact, text);
    }

    private void sendPhotograph(DemoNode from, String contact, String receiver, long seed) throws DemoFailure, IOException {
        Path file = directory.resolve("photograph-" + seed + ".jpg");
        byte[] jpeg = Photograph.jpeg(seed);
        Files.write(file, jpeg);
        ledger.sent(receiver, "a photograph of " + jpeg.length + " bytes", "image/jpeg", jpeg);
        Ctl.run(from, "send", contact, "--file", file.toString());
    }

    private void awaitShown(String receiver) throws DemoFailure, InterruptedException {
        await("what was sent to " + receiver + " to be shown", () -> verdict(receiver).lost().isEmpty(), () ->
                "the sender's node says: " + Views.outgoing(writesTo(receiver)));
    }

    private void awaitDelivered(DemoNode sender) throws DemoFailure, InterruptedException {
        await(sender.name() + "'s messages to be delivered", () -> Views.states(sender).stream().allMatch("delivered"::equals),
                () -> sender.name() + "'s messages are " + Views.states(sender));
    }

    private Ledger.Verdict verdict(String receiver) throws DemoFailure {
        return ledger.judge(receiver, Views.shown(person(receiver)));
    }

    /** The account's row, once its messenger is there. */
    private JsonObject introduced(DemoNode node) throws DemoFailure, InterruptedException {
        await(node.name() + "'s messenger", () -> Views.account(node).containsKey("link"), () -> Views.account(node).toString());
        return Views.account(node);
    }

    /** Who holds something, as a third node finds by a lookup. */
    private List<DemoNode> sayHolders(String what, String uid, String words) throws DemoFailure {
        DemoNode third = network.bystander();
        JsonObject found = Ctl.run(third, "holders", uid, "--of", what).asJsonObject();
        List<DemoNode> holders = new ArrayList<>();
        for (JsonValue row : found.getJsonArray("holders")) {
            network.byId(row.asJsonObject().getString("id")).ifPresent(holders::add);
        }
        narrator.say("%s looks up key %s: %s %s", third.name(), brief(found.getString("key")),
                holders.stream().map(DemoNode::name).collect(Collectors.joining(", ")), words);
        return holders;
    }

    private void await(String what, Condition condition, Explanation otherwise) throws DemoFailure, InterruptedException {
        await(what, patience, condition, otherwise);
    }

    private static void await(String what, Duration limit, Condition condition, Explanation otherwise)
            throws DemoFailure, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new DemoFailure("waited " + limit.toSeconds() + " s for " + what + ", in vain.\n" + otherwise.words());
            }
            Thread.sleep(LOOK_AGAIN_MS);
        }
    }

    private void figure(String format, Object... values) {
        String figure = String.format(Locale.ROOT, format, values);
        figures.add(figure);
        narrator.say("%s", figure);
    }

    private static String brief(String hex) {
        return hex.substring(0, 8) + "…";
    }

    /** A question to the nodes. */
    private interface Condition {
        boolean holds() throws DemoFailure;
    }

    /** What to say when the answer stays no. */
    private interface Explanation {
        String words() throws DemoFailure;
    }
}
