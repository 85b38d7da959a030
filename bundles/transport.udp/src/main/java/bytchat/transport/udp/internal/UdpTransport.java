package bytchat.transport.udp.internal;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Datagrams over one UDP socket, on the node's event loop. Bound to an IPv6 address that stands for all ({@code [::]})
 * it takes and sends IPv4 as well.
 *
 * <p>Netty says when the socket has something; reading and sending go straight to it through two buffers that are
 * allocated once, since Netty's pipeline costs as much for a small datagram as the system does.
 *
 * <p>Threat: anybody can send anything from any address. Answer: a datagram costs one array of its length; what is
 * empty, too long, from port 0, or makes the receiver throw is counted and forgotten, without a log line. The only
 * queues are the system's, of bounded size: what does not fit is dropped there, or here when sending.
 */
public final class UdpTransport implements DatagramTransport, AutoCloseable {
    /** Datagrams read in a row before the loop looks after other work. */
    private static final int READ_DATAGRAMS_MAX = 64;
    /** Asked for; the system gives what it allows. Longer pauses of the loop than this lasts lose datagrams. */
    private static final int RECEIVE_QUEUE_BYTES = 1 << 20;
    private static final long CLOSE_MILLIS_MAX = 1_000;

    private final int receivedBytesMax;
    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final IoEventLoop loop;
    private final IoRegistration registration;
    private final ByteBuffer in;
    private final ByteBuffer out = ByteBuffer.allocateDirect(PAYLOAD_BYTES_MAX);
    private DatagramReceiver receiver;
    /** Written by the loop only, read from anywhere. */
    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);

    private enum Count {
        RECEIVED_DATAGRAMS,
        RECEIVED_BYTES,
        SENT_DATAGRAMS,
        SENT_BYTES,
        DROPPED_DATAGRAMS,
        UNSENT_DATAGRAMS,
        RECEIVER_FAILURES
    }

    /**
     * Binds the socket; not to be called on the event loop.
     *
     * @param group             the node's one event loop
     * @param sendQueueBytesMax bytes that may wait in the system to be sent, asked for; the system's own maximum holds too
     * @throws IOException if the address cannot be bound, a {@link java.net.BindException} if it is in use
     */
    public UdpTransport(InetSocketAddress listen, EventLoopGroup group, int receivedBytesMax, int sendQueueBytesMax)
            throws IOException {
        this.receivedBytesMax = receivedBytesMax;
        // one byte more than is taken, so that a longer datagram is seen to be longer and not cut
        in = ByteBuffer.allocateDirect(receivedBytesMax + 1);
        loop = (IoEventLoop) group.next();
        channel = DatagramChannel.open(listen.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_QUEUE_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, sendQueueBytesMax);
            channel.configureBlocking(false);
            channel.bind(listen);
            local = (InetSocketAddress) channel.getLocalAddress();
            registration = loop.register(new Readiness(channel)).syncUninterruptibly().getNow();
            registration.submit(NioIoOps.READ);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        send(to, payload, payload.length);
    }

    @Override
    public void send(InetSocketAddress to, byte[] buffer, int length) {
        if (length > PAYLOAD_BYTES_MAX) {
            throw new IllegalArgumentException("a datagram has at most " + PAYLOAD_BYTES_MAX + " bytes, not " + length);
        }
        out.clear().put(buffer, 0, length).flip();
        try {
            if (channel.send(out, to) == length) {
                count(Count.SENT_DATAGRAMS, 1);
                count(Count.SENT_BYTES, length);
                return;
            }
        } catch (IOException | UnsupportedAddressTypeException e) {
            // The network is unreachable, or the address not allowed: the caller's timeout acts, as on any loss.
        }
        count(Count.UNSENT_DATAGRAMS, 1);
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

    private final class Readiness extends NioSelectableChannelIoHandle<DatagramChannel> {
        Readiness(DatagramChannel channel) {
            super(channel);
        }

        @Override
        protected void handle(DatagramChannel ready, SelectionKey key) {
            try {
                for (int i = 0; i < READ_DATAGRAMS_MAX; i++) {
                    in.clear();
                    InetSocketAddress from = (InetSocketAddress) ready.receive(in);
                    if (from == null) {
                        return;
                    }
                    received(from, in.flip());
                }
            } catch (IOException e) {
                // Of one datagram; or the socket was closed, which cancels its key: nobody will call here again.
                count(Count.DROPPED_DATAGRAMS, 1);
            }
        }
    }

    private void received(InetSocketAddress from, ByteBuffer datagram) {
        int length = datagram.remaining();
        if (receiver == null || length == 0 || length > receivedBytesMax || from.getPort() == 0) {
            count(Count.DROPPED_DATAGRAMS, 1);
            return;
        }
        count(Count.RECEIVED_DATAGRAMS, 1);
        count(Count.RECEIVED_BYTES, length);
        byte[] payload = new byte[length];
        datagram.get(payload);
        try {
            receiver.received(from, payload);
        } catch (Throwable failure) { // hostile bytes must not end the loop, whatever they made of the receiver
            count(Count.RECEIVER_FAILURES, 1);
        }
    }

    private void count(Count what, long more) {
        counts.setRelease(what.ordinal(), counts.getPlain(what.ordinal()) + more);
    }

    /** May be called from any thread. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("listen", text(local));
        for (Count count : Count.values()) {
            facts.put(count.name().toLowerCase(Locale.ROOT), counts.get(count.ordinal()));
        }
        return facts;
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** Closes the socket; once it returns the port is free, unless it is called on the loop, which frees it next. */
    @Override
    public void close() {
        registration.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // The socket is gone all the same.
        }
        if (!loop.inEventLoop()) {
            // The selector lets go of the socket in the loop's next round, which no timer set now can run before.
            loop.schedule(() -> { }, 1, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }
}
