package bytchat.transport.udp.internal;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Datagrams over one UDP socket, on the node's event loop.
 *
 * <p>Threat: anybody can send anything from any address. Answer: a datagram costs one pooled buffer and one array of
 * its length; what is empty, too long, from port 0, or makes the receiver throw is counted and forgotten, without a log
 * line.
 */
public final class UdpTransport implements DatagramTransport, AutoCloseable {
    /** Datagrams read in a row before the loop looks after other work. */
    private static final int READ_DATAGRAMS_MAX = 64;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final int receivedBytesMax;
    private final Channel channel;
    private final InetSocketAddress local;
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private DatagramReceiver receiver;

    /**
     * Binds the socket; not to be called on the event loop.
     *
     * @param group the node's one event loop
     * @throws IOException if the address cannot be bound, a {@link java.net.BindException} if it is in use
     */
    public UdpTransport(InetSocketAddress listen, EventLoopGroup group, int receivedBytesMax, int sendQueueBytesMax)
            throws IOException {
        this.receivedBytesMax = receivedBytesMax;
        SocketProtocolFamily family = listen.getAddress() instanceof Inet4Address ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
        ChannelFuture bound = new Bootstrap().group(group).channelFactory(() -> new NioDatagramChannel(family))
                // one byte more than is taken, so that a longer datagram is seen to be longer and not cut
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(receivedBytesMax + 1).maxMessagesPerRead(READ_DATAGRAMS_MAX))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(sendQueueBytesMax / 2, sendQueueBytesMax))
                .handler(new Inbound()).bind(listen).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw bound.cause() instanceof IOException io ? io : new IOException(bound.cause());
        }
        channel = bound.channel();
        local = (InetSocketAddress) channel.localAddress();
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        if (payload.length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("a datagram has at most " + PAYLOAD_BYTES_MAX + " bytes, not "
                    + payload.length);
        }
        if (!channel.isWritable()) {
            unsent.increment();
            return;
        }
        sent.increment();
        sentBytes.add(payload.length);
        channel.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(payload), to), channel.voidPromise());
    }

    @Override
    public Registration receive(DatagramReceiver newReceiver) {
        if (receiver != null) {
            throw new IllegalStateException("this transport has a receiver already");
        }
        receiver = newReceiver;
        return () -> {
            if (receiver == newReceiver) {
                receiver = null;
            }
        };
    }

    private final class Inbound extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            int length = packet.content().readableBytes();
            if (receiver == null || length == 0 || length > receivedBytesMax || packet.sender().getPort() == 0) {
                dropped.increment();
                return;
            }
            received.increment();
            receivedBytes.add(length);
            try {
                receiver.received(packet.sender(), ByteBufUtil.getBytes(packet.content()));
            } catch (Throwable failure) { // hostile bytes must not end the loop, whatever they made of the receiver
                failed.increment();
            }
        }

        /**
         * What could not be sent ends here: the network is unreachable, the address is not allowed. The caller's
         * timeout acts.
         */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            unsent.increment();
        }
    }

    /** Bytes that wait for the system, at most the configured queue and one datagram. */
    long queuedBytes() {
        return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    /** May be called from any thread. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("listen", text(local));
        facts.put("received_datagrams", received.sum());
        facts.put("received_bytes", receivedBytes.sum());
        facts.put("sent_datagrams", sent.sum());
        facts.put("sent_bytes", sentBytes.sum());
        facts.put("dropped_datagrams", dropped.sum());
        facts.put("unsent_datagrams", unsent.sum());
        facts.put("receiver_failures", failed.sum());
        return facts;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** Closes the socket; once it returns the port is free, unless it is called on the loop, which frees it next. */
    @Override
    public void close() {
        ChannelFuture closed = channel.close();
        if (!channel.eventLoop().inEventLoop()) {
            closed.awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            // The selector lets go of the socket in the loop's next round, which no timer set now can run before.
            channel.eventLoop().schedule(() -> { }, 1, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }
}
