package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Failures;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.rpc.RpcException;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Ed25519;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** An open network of production classes on simulated datagrams. */
final class MainlineTestNet {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final Person ALICE = new Person("alice");
    static final Person MALLORY = new Person("mallory");

    final SimulatedWorld world;
    final HashAlgorithm hash;
    final List<Member> members = new ArrayList<>();

    MainlineTestNet() {
        this(new Sha1());
    }

    MainlineTestNet(HashAlgorithm hash) {
        this.world = new SimulatedWorld(44, SimulationOptions.CLEAN);
        this.hash = hash;
    }

    static String ip(int number) {
        return "10." + number / 250 + "." + number % 250 + ".1";
    }

    Member member(int number) {
        return member(ip(number), MainlineSettings.DEFAULTS, MainlineDefences.ALL);
    }

    Member member(int number, MainlineDefences defences) {
        return member(ip(number), MainlineSettings.DEFAULTS, defences);
    }

    /** A node with the mainline part, which joins through the first. */
    Member member(String ip, MainlineSettings settings, MainlineDefences defences) {
        Member bare = bare(ip);
        MainlineNode mainline = new MainlineNode(
                bare.host.environment(), bare.node, bare.rpc, () -> bare.routing, settings, defences);
        mainline.start();
        world.run(Duration.ofSeconds(1));
        Member member = new Member(bare.host, bare.node, bare.rpc, bare.routing, mainline);
        members.add(member);
        return member;
    }

    /** A node that routes and serves nothing else. */
    Member bare(String ip) {
        SimulatedHost host = world.host(ip, 4000);
        List<InetSocketAddress> bootstrap = members.isEmpty() ? List.of() : List.of(members.get(0).host.address());
        SimulatedNode node = new SimulatedNode(host, SimulatedNode.keySpace(hash, Optional.empty()), bootstrap);
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        Kademlia routing = new Kademlia(host.environment(), node, rpc);
        rpc.start();
        routing.start();
        return new Member(host, node, rpc, routing, null);
    }

    MainlineTestNet grow(int count) {
        for (int i = 0; i < count; i++) {
            member(members.size());
        }
        world.run(Duration.ofSeconds(30));
        return this;
    }

    <T> T on(Member member, Supplier<? extends CompletionStage<T>> task) {
        return world.await(member.host.call(task), PATIENCE);
    }

    /** The answer of {@code to} to {@code from}. */
    BDict ask(Member from, Member to, String method, BDict.Builder arguments) {
        return on(from, () -> from.rpc.query(to.host.address(), method, arguments.build())).result();
    }

    /** What {@code to} refuses {@code from} with. */
    RpcException refusal(Member from, Member to, String method, BDict.Builder arguments) {
        return (RpcException) on(from, () -> from.rpc.query(to.host.address(), method, arguments.build())
                .handle((answer, failure) -> {
                    if (failure == null) {
                        throw new AssertionError(method + " was not refused: " + answer.result());
                    }
                    return Failures.cause(failure);
                }));
    }

    byte[] token(Member from, Member at) {
        return ask(from, at, "get", BDict.builder().put("target", new byte[hash.bits() / 8])).requireBytes("token");
    }

    BDict.Builder get(Key target) {
        return BDict.builder().put("target", target.unsafeArray());
    }

    BDict.Builder put(byte[] token, BValue value) {
        return BDict.builder().put("token", token).put("v", value);
    }

    BDict.Builder put(byte[] token, MutableItem item) {
        return Bep44.arguments(item).put("token", token);
    }

    BDict.Builder getPeers(Key infoHash) {
        return BDict.builder().put("info_hash", infoHash.unsafeArray());
    }

    BDict.Builder announce(byte[] token, Key infoHash, int port) {
        return getPeers(infoHash).put("token", token).put("port", port);
    }

    Key key(String text) {
        return Key.of(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    Key keyOf(BValue value) {
        return Key.of(hash.digest(Bencode.encode(value)));
    }

    Key keyOf(MutableItem item) {
        return Key.of(hash.digest(item.publicKey().toArray(), item.salt().toArray()));
    }

    /** So many bytes in bencode. */
    static BBytes value(int bytes) {
        int digits = bytes > 1_003 ? 4 : bytes > 102 ? 3 : bytes > 11 ? 2 : 1;
        return BBytes.of("v".repeat(bytes - digits - 1));
    }

    static InetAddress address(String ip) {
        try {
            return InetAddress.getByName(ip);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException(ip, e);
        }
    }

    record Member(SimulatedHost host, SimulatedNode node, Rpc rpc, Kademlia routing, MainlineNode mainline) {
        Contact contact() {
            return new Contact(node.id(), host.address());
        }
    }

    /** Who owns mutable items. */
    record Person(String name) implements Mainline.Signer {
        private byte[] privateKey() {
            return Arrays.copyOf(name.repeat(32).getBytes(StandardCharsets.US_ASCII), Ed25519.PRIVATE_KEY_BYTES);
        }

        @Override
        public byte[] publicKey() {
            return Ed25519.publicKey(privateKey());
        }

        @Override
        public byte[] sign(byte[] message) {
            return Ed25519.sign(privateKey(), message);
        }

        MutableItem item(String salt, long sequence, String value) {
            return item(salt, sequence, BBytes.of(value));
        }

        MutableItem item(String salt, long sequence, BValue value) {
            byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
            byte[] signature = sign(Bep44.signable(bytes, sequence, Bencode.encode(value)));
            return new MutableItem(BBytes.of(publicKey()), BBytes.of(salt), sequence, value, BBytes.of(signature));
        }
    }
}
