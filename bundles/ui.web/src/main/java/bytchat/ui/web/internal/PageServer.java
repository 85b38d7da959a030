package bytchat.ui.web.internal;

import bytchat.api.env.Clock;
import bytchat.api.messaging.Messenger;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page's server, put together: one thread of its own, so that a busy page does not hold up the node's protocol. Made by anybody; methods
 * may be called from any thread.
 */
public final class PageServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
    /** Bytes that a slow stream may be behind. */
    private static final int BEHIND_BYTES_MAX = 1024 * 1024;
    private static final int EPOCH_BYTES = 6;
    private static final long LOOK_MILLIS = 1_000;
    private static final long KEEP_ALIVE_SECONDS = 15;
    /** On an idle machine it takes a few. */
    private static final long CLOSE_MILLIS_MAX = 4_000;

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("bytchat-web", true), NioIoHandler.newFactory());
    private final People people = new People();
    private final PageSettings settings;
    private final Feed feed;
    private final Sessions sessions;
    private final Router router = new Router();
    private final Channel server;
    private final ChannelGroup connections = new DefaultChannelGroup(group.next());
    /** Changed on the web loop only. */
    private volatile long refusedConnections;

    /**
     * Begins to serve.
     *
     * @param key     that signs session cookies, 32 bytes that survive a restart
     * @param version of the program
     * @throws IOException if it cannot listen there
     */
    public PageServer(Node node, PageSettings settings, byte[] key, Clock clock, SecureRandom random, String version) throws IOException {
        this(node, settings, key, clock, random, version, EnumSet.allOf(Defence.class));
    }

    /** For tests that show what a defence is for. */
    PageServer(Node node, PageSettings settings, byte[] key, Clock clock, SecureRandom random, String version, Set<Defence> defences)
            throws IOException {
        this.settings = settings;
        byte[] epoch = new byte[EPOCH_BYTES];
        random.nextBytes(epoch);
        sessions = new Sessions(key, random, clock::millis);
        feed = new Feed(this::execute, settings.streamsMax(), HexFormat.of().formatHex(epoch), version);
        NodeApi nodeApi = new NodeApi(node, people);
        nodeApi.routes(router);
        feed.watch("status", nodeApi::status);
        feed.watch("accounts", () -> Optional.of(nodeApi.accounts()));
        feed.watch("planes", nodeApi::planes);
        group.next().scheduleAtFixedRate(feed::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        group.next().scheduleAtFixedRate(feed::keepAlive, KEEP_ALIVE_SECONDS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        server = listen(clock, defences);
    }

    private Channel listen(Clock clock, Set<Defence> defences) throws IOException {
        Connections initializer = new Connections();
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(BEHIND_BYTES_MAX / 2, BEHIND_BYTES_MAX))
                .childHandler(initializer);
        var bound = bootstrap.bind(settings.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            throw new IOException(PageSettings.text(settings.listen()) + " cannot be listened on: " + bound.cause().getMessage(), bound.cause());
        }
        Gate gate = new Gate(((InetSocketAddress) bound.channel().localAddress()).getPort(), sessions, defences);
        new ChatApi(people, feed, gate).routes(router);
        initializer.site = new Site(gate, router, new RateLimit(settings.strangersPerSecond(), clock::nanoTime),
                new RateLimit(settings.changesPerSecond(), clock::nanoTime));
        return bound.channel();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** What to open in a browser; with the token, so for the owner only. */
    public String launchAddress() {
        return "http://" + PageSettings.text(address()) + "/?token=" + sessions.token();
    }

    public void add(Messenger messenger) {
        people.add(messenger);
        feed.add(messenger);
    }

    public void remove(Messenger messenger) {
        people.remove(messenger);
        feed.remove(messenger);
    }

    /** Runs a task on the web loop; once that has ended there is nobody left to do it for. */
    public void execute(Runnable task) {
        try {
            group.next().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the page has ended", e);
        }
    }

    /** Figures for its status. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("address", "http://" + PageSettings.text(address()) + "/");
        facts.put("connections", connections.size());
        facts.put("connections_max", settings.connectionsMax());
        facts.put("connections_refused", refusedConnections);
        facts.put("streams", feed.streams());
        facts.put("streams_max", settings.streamsMax());
        return facts;
    }

    /** "METHOD path" of each operation, as in the OpenAPI document. */
    Set<String> operations() {
        return router.operations();
    }

    /**
     * Ends at once; waits for its thread, since a thread that goes on after its bundle finds no classes and leaves connections open.
     * Connections are closed before the thread is told to end: when it is told in the middle of a task, Netty's loop ends without closing
     * its channels, and a browser that uses one again waits for ever.
     */
    @Override
    public void close() {
        server.close().awaitUninterruptibly(CLOSE_MILLIS_MAX);
        group.next().execute(feed::close);
        connections.close();
        group.shutdownGracefully(0, CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS_MAX);
    }

    /** Sets up each connection, up to the bound. */
    private final class Connections extends ChannelInitializer<Channel> {
        /** Set as soon as the port is known. */
        private volatile Site site;

        @Override
        protected void initChannel(Channel channel) {
            Site now = site;
            if (now == null || connections.size() >= settings.connectionsMax()) {
                refusedConnections = refusedConnections + 1;
                channel.close();
                return;
            }
            connections.add(channel);
            channel.pipeline().addLast(
                    new HttpServerCodec(new HttpDecoderConfig().setMaxInitialLineLength(HttpConnection.LINE_BYTES_MAX)
                            .setMaxHeaderSize(HttpConnection.HEADER_BYTES_MAX)),
                    new HttpConnection.Bodies(now.gate()),
                    new HttpConnection(now, feed));
        }
    }
}
