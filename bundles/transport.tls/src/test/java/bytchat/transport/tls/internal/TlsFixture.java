package bytchat.transport.tls.internal;

import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkTransport.PeerCheck;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.runtime.internal.NodeRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Transports on one loop, over real sockets on loopback. */
final class TlsFixture implements AutoCloseable {
    static final Duration HOUR = Duration.ofHours(1);
    static final TlsSettings SETTINGS = new TlsSettings(1_024, 64, 8_192, Duration.ofSeconds(20), 64, 1_024,
            Duration.ofSeconds(10), Duration.ofSeconds(20), 1_048_576, 256, HOUR);
    private static final long WAIT_SECONDS = 20;

    final NodeRuntime runtime = new NodeRuntime(2, 4_096);
    final SecureRandom random = new SecureRandom();
    final NodeIdentity aKey = NodeIdentity.generate(random);
    final NodeIdentity bKey = NodeIdentity.generate(random);
    final BlockingQueue<Link> accepted = new LinkedBlockingQueue<>();
    private final List<TlsTransport> transports = new ArrayList<>();

    TlsTransport transport(NodeIdentity key, TlsSettings settings) throws Exception {
        return transport(key, settings, true);
    }

    TlsTransport transport(NodeIdentity key, TlsSettings settings, boolean resumedSessionsChecked) throws Exception {
        TlsTransport transport = new TlsTransport(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), key,
                runtime, runtime.eventLoopGroup(), settings, resumedSessionsChecked);
        transports.add(transport);
        return transport;
    }

    /** A transport that keeps the links it is dialled on in {@link #accepted}. */
    TlsTransport listening(NodeIdentity key, TlsSettings settings) throws Exception {
        TlsTransport transport = transport(key, settings);
        onLoop(() -> transport.accept(accepted::add));
        return transport;
    }

    Link dial(TlsTransport from, TlsTransport to, PeerCheck check) throws Exception {
        return await(onLoop(() -> from.dial(to.local(), check)).toCompletableFuture());
    }

    /** Why a dial failed. */
    LinkException refusal(TlsTransport from, InetSocketAddress to, PeerCheck check) throws Exception {
        return onLoop(() -> from.dial(to, check)).handle((link, failure) -> (LinkException) failure)
                .toCompletableFuture()
                .get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    Link nextAccepted() throws InterruptedException {
        Link link = accepted.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (link == null) {
            throw new AssertionError("no link arrived");
        }
        return link;
    }

    LinkException closed(Link link) throws Exception {
        return await(link.closed().toCompletableFuture());
    }

    /** What arrives on a link from now on. */
    BlockingQueue<byte[]> frames(Link link) throws Exception {
        BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
        onLoop(() -> {
            link.receive(frames::add);
            return null;
        });
        return frames;
    }

    void send(Link link, byte[] frame) throws Exception {
        onLoop(() -> {
            link.send(frame);
            return null;
        });
    }

    <T> T onLoop(Supplier<T> action) throws Exception {
        return await(CompletableFuture.supplyAsync(action, runtime.loop()));
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    static byte[] take(BlockingQueue<byte[]> frames) throws InterruptedException {
        return frames.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    static PeerCheck is(NodeIdentity key) {
        return (nodeKey, address) -> Arrays.equals(nodeKey, key.publicKey());
    }

    @Override
    public void close() throws IOException {
        transports.forEach(TlsTransport::close);
        runtime.close();
    }
}
