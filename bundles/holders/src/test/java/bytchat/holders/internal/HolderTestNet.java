package bytchat.holders.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RequestHandler;
import bytchat.api.rpc.RpcException;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Nodes that route and hold: the production classes on the simulated network. */
final class HolderTestNet {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    static final String METHOD = "hold";

    final SimulatedWorld world;
    final Sha512 hash = new Sha512();
    final List<Member> members = new ArrayList<>();

    HolderTestNet(long seed) {
        this.world = new SimulatedWorld(seed, SimulationOptions.CLEAN);
    }

    HolderTestNet grow(int count) {
        for (int i = 0; i < count; i++) {
            member(i, HolderDefences.ALL);
            world.run(Duration.ofMillis(200));
        }
        world.run(Duration.ofSeconds(30));
        return this;
    }

    Member member(int number, HolderDefences defences) {
        return member(number, number == 0 ? List.of() : List.of(address(0)), defences);
    }

    static InetSocketAddress address(int number) {
        return new InetSocketAddress("10.0.0." + (number + 1), 4000);
    }

    Member member(int number, List<InetSocketAddress> bootstrap, HolderDefences defences) {
        return member(number, bootstrap, defences, HolderSettings.DEFAULTS);
    }

    /** Serves {@link #METHOD} by saying who it is. */
    Member member(int number, List<InetSocketAddress> bootstrap, HolderDefences defences, HolderSettings settings) {
        SimulatedHost host = world.host("10.0.0." + (number + 1), 4000);
        SimulatedNode node = new SimulatedNode(host, SimulatedNode.keySpace(hash, Optional.of("bytchat")), bootstrap);
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()));
        Kademlia kademlia = new Kademlia(host.environment(), node, rpc);
        HolderPart holders = new HolderPart(
                host.environment(), node, rpc, kademlia, settings, defences);
        rpc.start();
        kademlia.start();
        holders.start();
        Member member = new Member(host, node, rpc, kademlia, holders);
        member.serve(request -> CompletableFuture.completedFuture(
                BDict.builder().put("me", node.id().unsafeArray()).build()));
        members.add(member);
        return member;
    }

    Key key(String text) {
        return Key.of(hash.digest(text.getBytes()));
    }

    <T> T on(Member member, Supplier<? extends CompletionStage<T>> task) {
        return world.await(member.host.call(task), PATIENCE);
    }

    /** The code of the error that the call is answered with. */
    int errorCode(Member member, Supplier<? extends CompletionStage<?>> task) {
        return on(member, () -> task.get().handle((answer, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return ((RpcException) cause).code();
        }));
    }

    Replies<BDict> ask(Member from, Key key) {
        return ask(from, key, Holders.COUNT);
    }

    Replies<BDict> ask(Member from, Key key, int count) {
        return on(from, () -> from.holders.ask(key, count, peer -> peer.call(METHOD, BDict.EMPTY)));
    }

    /** The truth: the living nodes nearest the key. */
    List<Key> nearest(Key key, int count) {
        return members.stream()
                .filter(member -> member.host.alive() && !member.node.readOnly())
                .map(member -> member.node.id())
                .sorted(key::compareDistance)
                .limit(count)
                .toList();
    }

    Member byId(Key id) {
        return members.stream().filter(member -> member.node.id().equals(id)).findFirst().orElseThrow();
    }

    record Member(SimulatedHost host, SimulatedNode node, Rpc rpc, Kademlia kademlia, HolderPart holders) {
        Contact contact() {
            return new Contact(node.id(), host.address());
        }

        void serve(RequestHandler handler) {
            rpc.handle(METHOD, Carrier.LINK, handler);
        }
    }

    static List<Key> ids(Replies<?> replies) {
        return replies.replies().stream().map(reply -> reply.peer().id().orElseThrow()).toList();
    }

    static boolean hasSelf(Replies<?> replies) {
        return replies.replies().stream().map(Replies.Reply::peer).anyMatch(Peer::isSelf);
    }
}
