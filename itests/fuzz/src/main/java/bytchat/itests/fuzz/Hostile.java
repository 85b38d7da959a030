package bytchat.itests.fuzz;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.mainline.MutableItem;
import bytchat.wire.Bencode;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Messages as an attacker would write them who knows the protocol: mostly well-formed, with one thing or another out of order.
 */
final class Hostile {
    private static final List<String> DATAGRAM_METHODS = List.of(
            "ping", "find_node", "get_peers", "announce_peer", "get", "put", "sample_infohashes", "vote");
    private static final List<String> LINK_METHODS = List.of(
            "ping", "challenge", "reach", "bind_tracker", "find_user", "mailbox_put", "mailbox_subscribe", "mailbox_ack",
            "mailbox_push", "meta_get", "meta_put", "find_node");
    private static final List<String> FIELDS = List.of(
            "target", "info_hash", "port", "implied_port", "token", "v", "k", "sig", "seq", "salt", "cas", "want", "scrape", "noseed",
            "name", "seed", "key", "cert", "devices", "node", "tracker", "nonce", "ts", "envelope", "permit", "id", "to", "dev", "once",
            "nodes", "nodes6", "values", "ttl", "meta", "content", "kind", "n");

    private final Script script;
    private final NodeUnderFire node;

    Hostile(Script script, NodeUnderFire node) {
        this.script = script;
        this.node = node;
    }

    /** A request by datagram. */
    byte[] query(Contact from) {
        return message(from, script.word(DATAGRAM_METHODS));
    }

    /** A request on a link. */
    byte[] call(Contact from) {
        return message(from, script.word(LINK_METHODS));
    }

    private byte[] message(Contact from, String method) {
        BDict.Builder arguments = fields(from, script.below(8));
        if (!script.oneIn(8)) {
            arguments.put("target", id());
            if (method.endsWith("_peers") || method.endsWith("_peer")) {
                arguments.put("info_hash", id());
            }
        }
        if (method.equals("put") && !script.oneIn(4)) {
            item(arguments);
        }
        if (!script.oneIn(4) && (method.equals("put") || method.equals("announce_peer"))) {
            arguments.put("token", lastToken(from)).put("port", 1 + script.octet());
        }
        BDict.Builder message = BDict.builder()
                .put("t", script.bytes(script.oneIn(8) ? script.length(48) : 2))
                .put("y", "q")
                .put("q", method)
                .put("a", arguments.build());
        return finish(envelope(message));
    }

    /** An answer or a refusal to this query of the node's. */
    byte[] answer(byte[] asked, Contact from) {
        byte[] t = field(asked, "t");
        if (script.oneIn(6)) {
            BList e = switch (script.below(4)) {
                case 0 -> BList.of(new BInteger(script.number()), BBytes.wrap(script.bytes(script.length(64))), value(0));
                case 1 -> BList.of(value(0));
                case 2 -> BList.of(new BInteger(203), value(1));
                default -> BList.of(new BInteger(204), BBytes.of("method unknown"));
            };
            return finish(envelope(BDict.builder().put("t", t).put("y", "e").put("e", e)));
        }
        BDict.Builder result = fields(from, script.below(4));
        if (!script.oneIn(4)) {
            result.put("nodes", nodes(false));
        }
        if (script.oneIn(3)) {
            result.put("nodes6", nodes(true));
        }
        if (script.oneIn(3)) {
            result.put("token", script.bytes(script.length(64)));
        }
        if (script.oneIn(3)) {
            item(result);
        }
        if (script.oneIn(3)) {
            List<BValue> values = new ArrayList<>();
            for (int i = script.below(12); i > 0; i--) {
                values.add(script.oneIn(5) ? value(1) : BBytes.wrap(script.bytes(script.oneIn(3) ? 18 : 6)));
            }
            result.put("values", values);
        }
        return finish(envelope(BDict.builder().put("t", t).put("y", "r").put("r", result.build())));
    }

    /** Arguments or results: the sender's id, mostly, and some fields that mean something to somebody. */
    private BDict.Builder fields(Contact from, int more) {
        BDict.Builder fields = BDict.builder();
        if (!script.oneIn(16)) {
            fields.put("id", script.oneIn(8) ? id() : from.id().unsafeArray());
        }
        for (int i = 0; i < more; i++) {
            fields.put(script.word(FIELDS), value(0));
        }
        return fields;
    }

    private BDict envelope(BDict.Builder message) {
        if (!script.oneIn(16)) {
            node.network().ifPresent(name -> message.put("nw", name));
        }
        if (script.oneIn(6)) {
            message.put("ip", script.bytes(script.oneIn(3) ? script.length(20) : script.oneIn(2) ? 18 : 6));
        }
        if (script.oneIn(8)) {
            message.put("ro", script.number());
        }
        if (script.oneIn(8)) {
            message.put("v", script.bytes(script.length(40)));
        }
        if (script.oneIn(16)) {
            message.put(script.word(FIELDS), value(0));
        }
        return message.build();
    }

    private byte[] id() {
        int bytes = node.idBytes();
        return switch (script.below(6)) {
            case 0 -> node.local().id().toArray();
            case 1 -> node.stranger(script.octet()).id().toArray();
            case 2 -> script.bytes(script.length(80));
            case 3 -> {
                byte[] near = node.local().id().toArray();
                near[script.below(bytes)] ^= (byte) script.octet();
                yield near;
            }
            default -> script.bytes(bytes);
        };
    }

    /** Compact nodes: strangers, impossible ones, and lengths that do not fit. */
    private byte[] nodes(boolean ipv6) {
        int number = script.oneIn(16) ? 40 : script.below(10);
        ByteBuffer list = ByteBuffer.allocate(number * CompactNodes.nodeBytes(node.idBytes(), ipv6));
        while (list.hasRemaining()) {
            Contact stranger = node.stranger(script.octet());
            boolean fits = stranger.address().getAddress() instanceof Inet6Address == ipv6;
            if (fits && !script.oneIn(4)) {
                list.put(stranger.id().unsafeArray()).put(stranger.address().getAddress().getAddress());
                list.putShort((short) stranger.address().getPort());
            } else {
                list.put(script.bytes(CompactNodes.nodeBytes(node.idBytes(), ipv6)));
            }
        }
        return script.oneIn(12) ? Arrays.copyOf(list.array(), script.below(list.capacity() + 2)) : list.array();
    }

    private BValue value(int depth) {
        return switch (script.below(depth > 3 ? 8 : 11)) {
            case 0, 1 -> new BInteger(script.number());
            case 2 -> BBytes.wrap(id());
            case 3 -> BBytes.wrap(script.bytes(script.length(1_000)));
            case 4 -> BBytes.wrap(script.bytes(List.of(0, 20, 32, 64, 6, 18, 4, 8).get(script.below(8))));
            case 5 -> BBytes.of(script.word(FIELDS));
            case 6 -> BBytes.wrap(nodes(script.oneIn(2)));
            case 7 -> lastToken(node.stranger(script.octet()));
            case 8 -> new BList(list(depth));
            case 9 -> BList.of(BBytes.of("n4"), BBytes.of("n6"));
            default -> dict(depth);
        };
    }

    private List<BValue> list(int depth) {
        List<BValue> values = new ArrayList<>();
        for (int i = script.below(5); i > 0; i--) {
            values.add(value(depth + 1));
        }
        return values;
    }

    private BDict dict(int depth) {
        BDict.Builder dict = BDict.builder();
        for (int i = script.below(5); i > 0; i--) {
            dict.put(script.word(FIELDS), value(depth + 1));
        }
        return dict.build();
    }

    /** A signed one, or a value alone; what belongs to it may be replaced by something else before or after. */
    private void item(BDict.Builder fields) {
        MutableItem item = node.item(script.octet());
        if (script.oneIn(3)) {
            fields.put("v", value(0));
            return;
        }
        fields.put("k", item.publicKey()).put("seq", item.sequence()).put("v", item.value());
        fields.put("sig", script.oneIn(8) ? BBytes.wrap(script.bytes(64)) : item.signature());
        if (item.salt().length() > 0) {
            fields.put("salt", item.salt());
        }
        if (script.oneIn(4)) {
            fields.put("cas", script.number());
        }
    }

    /** One that the node has given out lately, to this one if possible: with it, writes get further. */
    private BBytes lastToken(Contact to) {
        return node.wire().lastAnswer(to.address())
                .flatMap(payload -> Bencode.decodeDict(payload, payload.length).dict("r"))
                .flatMap(r -> r.bytes("token"))
                .map(BBytes::wrap)
                .orElse(BBytes.of("token"));
    }

    private static byte[] field(byte[] message, String key) {
        return Bencode.decodeDict(message, message.length).requireBytes(key);
    }

    /** The bytes, sometimes spoilt a little. */
    private byte[] finish(BDict message) {
        byte[] bytes;
        try {
            bytes = Bencode.encode(message);
        } catch (BencodeException e) {
            return script.bytes(script.length(64)); // deeper than may be written
        }
        if (script.oneIn(4)) {
            for (int i = script.below(4); i >= 0; i--) {
                bytes[script.below(bytes.length)] ^= (byte) script.octet();
            }
        }
        return script.oneIn(24) ? Arrays.copyOf(bytes, script.below(bytes.length + 1)) : bytes;
    }
}
