package bytchat.rpc.internal;

import bytchat.api.env.Failures;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.LinkException;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Nodes that have RPC and nothing above it. */
final class RpcTestNet {
    static final Duration PATIENCE = Duration.ofMinutes(1);

    final SimulatedWorld world;

    RpcTestNet() {
        this(new SimulatedWorld(42, SimulationOptions.CLEAN));
    }

    RpcTestNet(SimulatedWorld world) {
        this.world = world;
    }

    Member member(int number) {
        return member(number, Optional.of("bytchat"), RpcSettings.DEFAULTS, RpcDefences.ALL, new Sha512());
    }

    Member member(int number, RpcDefences defences) {
        return member(number, Optional.of("bytchat"), RpcSettings.DEFAULTS, defences, new Sha512());
    }

    Member member(int number, RpcSettings settings) {
        return member(number, Optional.of("bytchat"), settings, RpcDefences.ALL, new Sha512());
    }

    Member member(
            int number,
            Optional<String> network,
            RpcSettings settings,
            RpcDefences defences,
            HashAlgorithm hash) {
        SimulatedHost host = world.host("10.0.0." + number, 4000);
        SimulatedNode node = new SimulatedNode(host, SimulatedNode.keySpace(hash, network), List.of());
        Rpc rpc = new Rpc(host.environment(), node, host.datagrams(), host.links(node.nodeKey()), settings, defences);
        rpc.start();
        world.run(Duration.ofMillis(1));
        return new Member(host, node, rpc);
    }

    <T> T on(Member member, Supplier<? extends CompletionStage<T>> task) {
        return world.await(member.host.call(task), PATIENCE);
    }

    /** What the stage fails with. */
    Throwable failureOn(Member member, Supplier<? extends CompletionStage<?>> task) {
        return on(member, () -> task.get().handle((value, failure) -> {
            if (failure == null) {
                throw new AssertionError("did not fail, gave " + value);
            }
            return Failures.cause(failure);
        }));
    }

    RpcException rpcFailureOn(Member member, Supplier<? extends CompletionStage<?>> task) {
        return (RpcException) failureOn(member, task);
    }

    LinkException linkFailureOn(Member member, Supplier<? extends CompletionStage<?>> task) {
        return (LinkException) failureOn(member, task);
    }

    /** Runs on the member's loop now. */
    void run(Member member, Runnable task) {
        boolean[] done = new boolean[1];
        member.host.environment().loop().execute(() -> {
            task.run();
            done[0] = true;
        });
        world.runUntil(() -> done[0], PATIENCE);
    }

    record Member(SimulatedHost host, SimulatedNode node, Rpc rpc) {
        Contact contact() {
            return new Contact(node.id(), host.address());
        }
    }
}
