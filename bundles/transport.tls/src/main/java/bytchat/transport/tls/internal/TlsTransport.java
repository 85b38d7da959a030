package bytchat.transport.tls.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;

/**
 * Links over TCP and TLS 1.3, on the node's event loop; the handshakes' arithmetic runs on the workers.
 *
 * <p>Threat: strangers that connect and do nothing, or very slowly, to use up connections. Answer: until somebody
 * vouches for it ({@link Link#authenticated()}) an inbound connection is a stranger, with little time and few bytes,
 * and too many of them make room at their own cost: see {@link Strangers}.
 */
public final class TlsTransport implements LinkTransport, AutoCloseable {
    private static final int BACKLOG_CONNECTIONS = 128;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final Environment environment;
    private final EventLoopGroup group;
    private final TlsSettings settings;
    private final boolean resumedSessionsChecked;
    private final NodeTls tls;
    private final TlsCounters counters = new TlsCounters();
    private final Channel server;
    private final InetSocketAddress local;
    private final InetAddress source;
    private final Set<TlsLink> links = new HashSet<>();
    private final Strangers strangers;
    private final Queue<Dial> waitingDials = new ArrayDeque<>();
    private int dials;
    private Consumer<Link> acceptor;
    private volatile int openLinks;
    private volatile int openStrangers;

    /**
     * Binds the socket; not to be called on the event loop.
     *
     * @param group the node's one event loop
     * @throws IOException if the address cannot be bound, a {@link java.net.BindException} if it is in use
     */
    public TlsTransport(InetSocketAddress listen, NodeKey nodeKey, Environment environment, EventLoopGroup group,
            TlsSettings settings) throws IOException {
        this(listen, nodeKey, environment, group, settings, true);
    }

    /**
     * For the test that shows what would happen otherwise.
     *
     * @param resumedSessionsChecked false: the peer is checked only when it shows a certificate, as a trust manager
     * would
     */
    TlsTransport(InetSocketAddress listen, NodeKey nodeKey, Environment environment, EventLoopGroup group,
            TlsSettings settings, boolean resumedSessionsChecked) throws IOException {
        this.environment = environment;
        this.group = group;
        this.settings = settings;
        this.resumedSessionsChecked = resumedSessionsChecked;
        this.strangers = new Strangers(settings.strangersMax());
        this.tls = new NodeTls(nodeKey.tlsEntry(), settings.sessionsMax(), settings.sessionTimeout());
        this.source = listen.getAddress().isAnyLocalAddress() ? null : listen.getAddress();
        ChannelFuture bound = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG_CONNECTIONS).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true).childHandler(initializer(this::arrived)).bind(listen)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bound.cause() instanceof IOException io ? io : new IOException(bound.cause());
        }
        server = bound.channel();
        local = (InetSocketAddress) server.localAddress();
    }

    private static ChannelInitializer<SocketChannel> initializer(Consumer<SocketChannel> action) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                action.accept(channel);
            }
        };
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public Registration accept(Consumer<Link> newAcceptor) {
        if (acceptor != null) {
            throw new IllegalStateException("this transport has an acceptor already");
        }
        acceptor = newAcceptor;
        return () -> {
            if (acceptor == newAcceptor) {
                acceptor = null;
            }
        };
    }

    // Inbound

    private void arrived(SocketChannel channel) {
        if (links.size() >= settings.linksMax() || acceptor == null) {
            counters.refused.increment();
            channel.close();
            return;
        }
        TlsLink link = new TlsLink(channel, true, channel.remoteAddress(), settings, counters);
        SSLEngine engine = tls.server();
        open(link, channel);
        strangers.add(link).ifPresent(surplus -> {
            counters.strangersEvicted.increment();
            surplus.cut(Reason.TIMEOUT, "too many connections have not authenticated");
        });
        if (link.reason() != null) {
            return;
        }
        Registration deadline = environment.loop().schedule(settings.strangerTimeout(), () -> late(link));
        Runnable settled = () -> {
            deadline.close();
            strangers.remove(link);
            count();
        };
        link.onAuthenticated(settled);
        link.closed().thenRun(settled);
        secure(channel, link, engine, outcome -> shookHands(link, engine, outcome));
        count();
    }

    private void late(TlsLink link) {
        counters.strangersLate.increment();
        link.cut(Reason.TIMEOUT, "not authenticated within " + settings.strangerTimeout().toMillis() + " ms");
    }

    private void shookHands(TlsLink link, SSLEngine engine, SslHandshakeCompletionEvent outcome) {
        Optional<LinkException> failure = verify(link, engine, outcome, PeerCheck.ANY);
        if (failure.isPresent() || acceptor == null) {
            link.cut(failure.map(LinkException::reason).orElse(Reason.CLOSED),
                    failure.map(LinkException::getMessage).orElse("this node takes no links"));
            return;
        }
        counters.accepted.increment();
        try {
            acceptor.accept(link);
        } catch (RuntimeException e) {
            counters.receiverFailures.increment();
            link.cut(Reason.CLOSED, "the acceptor failed");
        }
    }

    // Outbound

    private record Dial(InetSocketAddress to, PeerCheck check, CompletableFuture<Link> result) {
    }

    @Override
    public CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check) {
        Dial dial = new Dial(to, check, new CompletableFuture<>());
        if (dials < settings.dialsMax()) {
            start(dial);
        } else if (waitingDials.size() < settings.dialsWaitingMax()) {
            waitingDials.add(dial);
        } else {
            fail(dial, Reason.OVERFLOW, "more than " + settings.dialsWaitingMax() + " links wait to be opened");
        }
        return dial.result();
    }

    private void start(Dial dial) {
        dials++;
        // Whatever the outcome, the next one may start.
        dial.result().whenComplete((link, failure) -> {
            dials--;
            Dial next = waitingDials.poll();
            if (next != null) {
                environment.loop().execute(() -> start(next)); // not from here: a thousand that fail at once would nest
            }
        });
        if (links.size() >= settings.linksMax()) {
            fail(dial, Reason.OVERFLOW, "more than " + settings.linksMax() + " links are open");
            return;
        }
        Bootstrap bootstrap = new Bootstrap().group(group).channel(NioSocketChannel.class).disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(settings.connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true).handler(initializer(channel -> prepare(channel, dial)));
        if (source != null) { // be seen at the address where this node can be reached
            bootstrap.localAddress(source, 0);
        }
        bootstrap.connect(dial.to()).addListener(connected -> {
            if (!connected.isSuccess()) {
                fail(dial, Reason.UNREACHABLE, "no connection to " + text(dial.to()) + ": "
                        + connected.cause().getMessage());
            }
        });
    }

    private void prepare(SocketChannel channel, Dial dial) {
        TlsLink link = new TlsLink(channel, false, dial.to(), settings, counters);
        SSLEngine engine = tls.client(dial.to());
        open(link, channel);
        SslHandler handler = secure(channel, link, engine, outcome -> shookHands(link, engine, outcome, dial));
        handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
        link.closed().thenAccept(end -> {
            Reason reason = end.reason() == Reason.CLOSED ? Reason.HANDSHAKE : end.reason();
            fail(dial, reason, end.getMessage());
        });
        count();
    }

    private void shookHands(TlsLink link, SSLEngine engine, SslHandshakeCompletionEvent outcome, Dial dial) {
        Optional<LinkException> failure = verify(link, engine, outcome, dial.check());
        if (failure.isPresent()) {
            link.cut(failure.get().reason(), failure.get().getMessage());
            fail(dial, failure.get().reason(), failure.get().getMessage());
        } else {
            counters.dialled.increment();
            dial.result().complete(link);
        }
    }

    private static void fail(Dial dial, Reason reason, String message) {
        if (!dial.result().isDone()) {
            dial.result().completeExceptionally(new LinkException(reason, message));
        }
    }

    // Both

    private void open(TlsLink link, Channel channel) {
        links.add(link);
        channel.closeFuture().addListener(gone -> {
            links.remove(link);
            link.ended();
            count();
        });
    }

    private SslHandler secure(Channel channel, TlsLink link, SSLEngine engine,
            Consumer<SslHandshakeCompletionEvent> outcome) {
        // A full worker queue means that this node cannot keep up: it gives up the connection, not its bounds.
        BiConsumer<Object, Throwable> overload = (done, failure) -> {
            if (failure != null) {
                link.cut(Reason.HANDSHAKE, "this node is overloaded: " + failure.getMessage());
            }
        };
        Executor workers = task -> environment.workers().submit(Executors.callable(task)).whenComplete(overload);
        SslHandler handler = new SslHandler(engine, false, workers);
        handler.setHandshakeTimeoutMillis(settings.strangerTimeout().toMillis());
        channel.pipeline().addLast(handler, new LinkHandler(link, outcome));
        return handler;
    }

    /** Empty if the handshake was good and the key it proved is the one meant; the link then knows it. */
    private Optional<LinkException> verify(TlsLink link, SSLEngine engine, SslHandshakeCompletionEvent outcome,
            PeerCheck check) {
        if (!outcome.isSuccess()) {
            counters.handshakesFailed.increment();
            Reason reason = outcome.cause() instanceof SslHandshakeTimeoutException ? Reason.TIMEOUT : Reason.HANDSHAKE;
            return Optional.of(new LinkException(reason, "no TLS handshake with " + text(link.remote()) + ": "
                    + outcome.cause().getMessage()));
        }
        boolean resumed = tls.resumed(engine);
        if (resumed) {
            counters.resumed.increment();
        }
        Optional<byte[]> key = NodeTls.peerKey(engine.getSession());
        if (key.isEmpty()) {
            counters.handshakesFailed.increment();
            return Optional.of(new LinkException(Reason.HANDSHAKE, text(link.remote()) + " has shown no node key"));
        }
        if ((!resumed || resumedSessionsChecked) && !accepts(check, key.get(), link.remote())) {
            counters.wrongPeer.increment();
            engine.getSession().invalidate();
            return Optional.of(new LinkException(Reason.WRONG_PEER, text(link.remote())
                    + " has another node key than the one meant"));
        }
        link.proven(key.get());
        return Optional.empty();
    }

    private static boolean accepts(PeerCheck check, byte[] key, InetSocketAddress remote) {
        try {
            return check.accepts(key.clone(), remote);
        } catch (RuntimeException e) {
            return false; // a check that cannot decide has not accepted
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void count() {
        openLinks = links.size();
        openStrangers = strangers.size();
    }

    /** May be called from any thread. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("listen", text(local));
        facts.put("links", openLinks);
        facts.put("strangers", openStrangers);
        facts.putAll(counters.facts());
        return facts;
    }

    /** Links being opened now. */
    int dialsRunning() {
        return dials;
    }

    /** Engines whose handshakes are remembered: none but those of open connections. */
    int enginesRemembered() {
        return tls.remembered();
    }

    /**
     * Closes all links and the socket; once it returns the port is free, unless it is called on the loop, which frees
     * it next.
     */
    @Override
    public void close() {
        ChannelFuture closed = server.close();
        environment.loop().execute(() -> {
            List.copyOf(links).forEach(TlsLink::close);
            waitingDials.forEach(dial -> fail(dial, Reason.CLOSED, "this node closes its links"));
            waitingDials.clear();
        });
        if (!server.eventLoop().inEventLoop()) {
            closed.awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            // The selector lets go of the socket in the loop's next round, which no timer set now can run before.
            server.eventLoop().schedule(() -> { }, 1, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }
}
