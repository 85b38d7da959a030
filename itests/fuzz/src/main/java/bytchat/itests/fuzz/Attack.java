package bytchat.itests.fuzz;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.MutableItem;
import bytchat.api.routing.LookupRequest;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.itests.fuzz.FrameLinks.FrameLink;
import bytchat.mainline.internal.MainlineNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Runs scripts against two nodes: one of a messaging network (SHA-512, with what it holds for others) and one of an open network
 * (SHA-1, both address families). The nodes live on from script to script, as real ones do: whatever piles up in them shows.
 */
public final class Attack {
    private static final int STEPS_MAX = 24;
    private static final int CHECK_EVERY = 256;
    /** Virtual time between two datagrams: 100 a second, below every limit for one source. */
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final List<String> LOOKUPS = List.of("find_node", "get_peers", "get");

    private final NodeUnderFire messaging = new NodeUnderFire(new Sha512(), Optional.of("bytchat"));
    private final NodeUnderFire open = new NodeUnderFire(new Sha1(), Optional.empty());
    private final Consumer<byte[]> tap;
    private long scripts;
    private long datagrams;
    private long frames;

    public Attack() {
        this(payload -> { });
    }

    /** @param tap is shown every datagram before it is delivered */
    Attack(Consumer<byte[]> tap) {
        this.tap = tap;
    }

    NodeUnderFire messaging() {
        return messaging;
    }

    /**
     * Plays one script.
     *
     * @throws RuntimeException whatever a node threw
     */
    public void play(byte[] input) {
        Script script = new Script(input);
        NodeUnderFire node = script.octet() % 2 == 0 ? messaging : open;
        int steps = 0;
        do {
            step(script, node);
        } while (script.more() && ++steps < STEPS_MAX);
        if (++scripts % CHECK_EVERY == 0) {
            check();
        }
    }

    /** @throws IllegalStateException if a handler has failed, whose caller was told 202 */
    public void check() {
        if (messaging.handlerFailures() + open.handlerFailures() > 0) {
            throw new IllegalStateException("a handler failed, and its caller was told 202: " + this);
        }
    }

    private void step(Script script, NodeUnderFire node) {
        Hostile hostile = new Hostile(script, node);
        int stranger = script.octet();
        Contact from = node.stranger(stranger);
        switch (script.below(12)) {
            case 0, 1, 2 -> deliver(node, from, hostile.query(from));
            case 3, 4, 5, 6 -> answer(script, node, hostile, from);
            case 7 -> lookUp(script, node);
            case 8 -> node.act(() -> { }, Duration.ofMillis(1L << script.below(script.oneIn(8) ? 20 : 11)));
            case 9 -> deliver(node, from, script.bytes(script.length(2_048)));
            default -> frame(script, node, hostile, stranger);
        }
    }

    private void deliver(NodeUnderFire node, Contact from, byte[] payload) {
        datagrams++;
        tap.accept(payload);
        node.act(() -> node.wire().deliver(from.address(), payload), PAUSE);
    }

    /** From whom was asked, mostly. */
    private void answer(Script script, NodeUnderFire node, Hostile hostile, Contact other) {
        Optional<Wire.Sent> query = node.wire().query(script.oneIn(4) ? script.octet() : script.below(4));
        if (query.isEmpty()) {
            deliver(node, other, hostile.query(other));
            return;
        }
        Wire.Sent asked = query.get();
        Contact from = script.oneIn(8) ? other : strangerAt(node, asked, other);
        deliver(node, from, hostile.answer(asked.payload(), from));
    }

    private static Contact strangerAt(NodeUnderFire node, Wire.Sent asked, Contact otherwise) {
        for (int i = 0; i < NodeUnderFire.STRANGERS; i++) {
            if (node.stranger(i).address().equals(asked.to())) {
                return node.stranger(i);
            }
        }
        return new Contact(otherwise.id(), asked.to());
    }

    /** The node looks for something, so that it waits for answers. */
    private void lookUp(Script script, NodeUnderFire node) {
        Key target = Key.of(script.bytes(node.idBytes()));
        int paths = script.below(LookupRequest.PATHS_MAX + 1);
        String method = LOOKUPS.get(script.below(LOOKUPS.size()));
        LookupRequest request = LookupRequest.nodes(target, 1 + script.below(16)).withPaths(paths);
        LookupRequest asking = method.equals("find_node") ? request : request.asking(
                method, BDict.builder().put(method.equals("get") ? "target" : "info_hash", target.unsafeArray()).build(),
                (from, result) -> result.get("values").isPresent());
        node.act(() -> {
            if (script.oneIn(8)) {
                node.kademlia().region(target, script.below(24));
            } else if (script.oneIn(4)) {
                useMainline(script, node.mainline(), target, node.item(script.octet()));
            } else {
                node.kademlia().suggest(List.of(node.stranger(script.octet())));
                node.kademlia().search(asking);
            }
            node.kademlia().networkSize();
            node.kademlia().table();
        }, PAUSE);
    }

    private static void useMainline(Script script, MainlineNode mainline, Key target, MutableItem item) {
        switch (script.below(5)) {
            case 0 -> mainline.peers(target);
            case 1 -> mainline.announce(target, 1 + script.octet());
            case 2 -> mainline.get(target);
            case 3 -> mainline.get(item.publicKey().unsafeArray(), item.salt().unsafeArray());
            default -> mainline.put(item, OptionalLong.empty());
        }
    }

    private void frame(Script script, NodeUnderFire node, Hostile hostile, int stranger) {
        Contact from = node.stranger(stranger);
        frames++;
        node.act(() -> {
            List<FrameLink> open = node.links().open();
            FrameLink link = open.isEmpty() || script.oneIn(6)
                    ? node.links().dialled(node.strangersKey(stranger), from.address())
                    : open.get(script.octet() % open.size());
            byte[] frame = link.sent().isEmpty() || script.oneIn(2)
                    ? script.oneIn(8) ? script.bytes(script.length(4_000)) : hostile.call(from)
                    : hostile.answer(link.sent().get(script.octet() % link.sent().size()), from);
            link.deliver(frame);
        }, PAUSE);
    }

    /** Delivered so far. */
    public long datagrams() {
        return datagrams;
    }

    public long frames() {
        return frames;
    }

    /** Answered or refused by the nodes so far, and asked by them. */
    public long sent() {
        return messaging.wire().sent() + open.wire().sent();
    }

    @Override
    public String toString() {
        return datagrams + " datagrams, " + frames + " frames; " + messaging.statuses() + " " + open.statuses();
    }
}
