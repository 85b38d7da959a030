package bytchat.transport.memory;

import bytchat.api.env.Registration;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A host's links. A dial takes two one-way trips until the dialler has checked the key, three until the other end has
 * the link, as with TCP and TLS 1.3. The keys are proven by construction.
 */
final class SimulatedLinks implements LinkTransport {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int EPHEMERAL_PORTS = 28_000;

    private final SimulatedWorld world;
    private final SimulatedHost host;
    private final NodeKey key;
    private final Set<SimulatedLink> open = new LinkedHashSet<>();
    private Consumer<Link> acceptor;
    private int dials;

    SimulatedLinks(SimulatedWorld world, SimulatedHost host, NodeKey key) {
        this.world = world;
        this.host = host;
        this.key = key;
    }

    @Override
    public InetSocketAddress local() {
        return host.address();
    }

    @Override
    public CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check) {
        CompletableFuture<Link> result = new CompletableFuture<>();
        long latency = world.latencyNanos(host.address(), to);
        SimulatedHost there = world.at(to);
        if (world.cut(host.address(), to) || (there != null && there.acceptsLinks() && lost())) {
            world.schedule(host, CONNECT_TIMEOUT.toNanos(), true, () -> result.completeExceptionally(
                    new LinkException(Reason.UNREACHABLE, to + " did not answer within " + CONNECT_TIMEOUT)));
            return result;
        }
        world.schedule(host, 2 * latency, true, () -> {
            // What was there when the dial began may have died meanwhile.
            if (there == null || there != world.at(to) || !there.acceptsLinks()) {
                result.completeExceptionally(new LinkException(Reason.UNREACHABLE, to + " refused the connection"));
                return;
            }
            shakeHands(there, to, check, result);
        });
        return result;
    }

    /** Three lost attempts in a row make a dial fail. */
    private boolean lost() {
        double loss = world.options().loss();
        return world.happens(loss * loss * loss);
    }

    private void shakeHands(
            SimulatedHost there, InetSocketAddress to, PeerCheck check, CompletableFuture<Link> result) {
        SimulatedLinks others = there.linksOrNull();
        if (!check.accepts(others.key.publicKey(), to)) {
            result.completeExceptionally(new LinkException(Reason.WRONG_PEER, to + " has proven another key"));
            return;
        }
        InetSocketAddress ephemeral = new InetSocketAddress(
                host.address().getAddress(), FIRST_EPHEMERAL_PORT + dials++ % EPHEMERAL_PORTS);
        SimulatedLink near = new SimulatedLink(world, this, others.key.publicKey(), to, false);
        SimulatedLink far = new SimulatedLink(world, others, key.publicKey(), ephemeral, true);
        near.join(far, host.address(), to);
        far.join(near, to, host.address());
        open.add(near);
        others.open.add(far);
        world.schedule(there, world.latencyNanos(host.address(), to), true, () -> others.accepted(far));
        result.complete(near);
    }

    private void accepted(SimulatedLink link) {
        if (acceptor == null) {
            link.close();
            return;
        }
        link.startDeadline();
        acceptor.accept(link);
        link.carry();
    }

    @Override
    public Registration accept(Consumer<Link> newAcceptor) {
        if (acceptor != null) {
            throw new IllegalStateException("there is an acceptor already");
        }
        acceptor = newAcceptor;
        return () -> {
            if (acceptor == newAcceptor) {
                acceptor = null;
            }
        };
    }

    boolean accepting() {
        return acceptor != null;
    }

    boolean isOf(NodeKey other) {
        return Arrays.equals(key.publicKey(), other.publicKey());
    }

    SimulatedHost host() {
        return host;
    }

    void forget(SimulatedLink link) {
        open.remove(link);
    }

    void abandon() {
        new ArrayList<>(open).forEach(SimulatedLink::resetByDeath);
    }
}
