package bytchat.transport.tls.internal;

import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One connection, from its first byte on; given to others as a link once its handshake has succeeded.
 *
 * <p>Threat: a peer that sends without end, or reads nothing while we answer, wants our memory. Answer: a frame is
 * refused by its length, before its bytes are kept; a stranger has a small budget for all its frames; what waits to be
 * received or written is bounded in bytes, and over the bound the connection is cut.
 */
final class TlsLink implements Link {
    static final int LENGTH_BYTES = 4;
    /** How long the other end may take to read what was queued and hang up, once this end has closed. */
    private static final long LINGER_MILLIS_MAX = 3_000;

    private final SocketChannel channel;
    private final boolean inbound;
    private final InetSocketAddress remote;
    private final TlsSettings settings;
    private final TlsCounters counters;
    private final CompletableFuture<LinkException> closed = new CompletableFuture<>();
    private final Queue<byte[]> early = new ArrayDeque<>();
    private Runnable onAuthenticated = () -> { };
    private byte[] peerKey = {};
    private FrameReceiver receiver;
    private LinkException reason;
    private boolean authenticated;
    private boolean flushing;
    private long strangerBytes;
    private long earlyBytes;
    private long queuedBytes;

    TlsLink(SocketChannel channel, boolean inbound, InetSocketAddress remote, TlsSettings settings,
            TlsCounters counters) {
        this.channel = channel;
        this.inbound = inbound;
        this.remote = remote;
        this.settings = settings;
        this.counters = counters;
        this.authenticated = !inbound; // who dials has checked the key that it meant
    }

    @Override
    public byte[] peerKey() {
        return peerKey.clone();
    }

    void proven(byte[] key) {
        peerKey = key;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public boolean inbound() {
        return inbound;
    }

    @Override
    public void receive(FrameReceiver newReceiver) {
        receiver = newReceiver;
        earlyBytes = 0;
        for (byte[] frame = early.poll(); frame != null; frame = early.poll()) {
            deliver(frame);
        }
    }

    /** Why a frame of this many bytes, which the other end announces, is not wanted; null if it is. */
    String refusal(int frameBytes) {
        if (frameBytes < 0 || frameBytes > LinkTransport.FRAME_BYTES_MAX) {
            return "a frame of " + Integer.toUnsignedString(frameBytes) + " bytes, at most "
                    + LinkTransport.FRAME_BYTES_MAX
                    + " are allowed";
        }
        if (!authenticated && strangerBytes + LENGTH_BYTES + frameBytes > settings.strangerBytesMax()) {
            return "more than " + settings.strangerBytesMax() + " bytes before authentication";
        }
        return null;
    }

    void received(byte[] frame) {
        if (reason != null) {
            return;
        }
        counters.receivedFrames.increment();
        counters.receivedBytes.add(LENGTH_BYTES + frame.length);
        if (!authenticated) {
            strangerBytes += LENGTH_BYTES + frame.length;
        }
        if (receiver != null) {
            deliver(frame);
        } else if (earlyBytes + frame.length > LinkTransport.FRAME_BYTES_MAX) {
            overflow("more than " + LinkTransport.FRAME_BYTES_MAX + " bytes before anybody received them");
        } else {
            earlyBytes += frame.length;
            early.add(frame);
        }
    }

    private void deliver(byte[] frame) {
        if (reason == null) {
            try {
                receiver.received(frame);
            } catch (Throwable failure) { // hostile bytes must not end the loop, whatever they made of the receiver
                counters.receiverFailures.increment();
                cut(Reason.CLOSED, "the receiver failed on a frame");
            }
        }
    }

    @Override
    public void send(byte[] frame) {
        if (frame.length > LinkTransport.FRAME_BYTES_MAX) {
            throw new IllegalArgumentException("a frame has at most " + LinkTransport.FRAME_BYTES_MAX + " bytes, not "
                    + frame.length);
        }
        if (reason != null) {
            return;
        }
        int bytes = LENGTH_BYTES + frame.length;
        if (queuedBytes + bytes > settings.writeQueueBytesMax()) {
            overflow("the other end does not read: " + queuedBytes + " bytes wait for it");
            return;
        }
        ByteBuf buffer = channel.alloc().buffer(bytes).writeInt(frame.length).writeBytes(frame);
        queuedBytes += bytes;
        counters.sentFrames.increment();
        counters.sentBytes.add(bytes);
        channel.write(buffer).addListener(written -> queuedBytes -= bytes);
        if (!flushing) { // all frames of this round of the loop go out in as few records as they need
            flushing = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
    }

    @Override
    public void authenticated() {
        if (!authenticated) {
            authenticated = true;
            onAuthenticated.run();
        }
    }

    /** Sets what ends the link's time as a stranger. */
    void onAuthenticated(Runnable action) {
        onAuthenticated = action;
    }

    /**
     * First says that nothing more will come, then waits for the other end to hang up: a socket that is closed while
     * something unread lies in it, a session ticket for example, is reset, and takes what was written before with it.
     */
    @Override
    public void close() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (peerKey.length == 0 || tls == null) {
            cut(Reason.CLOSED, "closed by this end");
        } else if (reason == null) {
            reason = new LinkException(Reason.CLOSED, "closed by this end");
            channel.flush();
            tls.closeOutbound().addListener(written -> channel.shutdownOutput());
            Future<?> deadline = channel.eventLoop().schedule(() -> {
                channel.close();
            }, LINGER_MILLIS_MAX, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(gone -> deadline.cancel(false));
        }
    }

    private void overflow(String message) {
        counters.overflows.increment();
        cut(Reason.OVERFLOW, message);
    }

    /** Refuses what the other end has announced. */
    void refuse(String why) {
        overflow("the other end sent " + why);
    }

    /** Closes at once, past TLS: what is queued is thrown away, and the other end is owed no words. */
    void cut(Reason kind, String message) {
        if (reason == null) {
            reason = new LinkException(kind, message);
            ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
            if (tls == null) {
                channel.close();
            } else {
                tls.close();
            }
        }
    }

    /** The connection is gone. */
    void ended() {
        if (reason == null) {
            reason = new LinkException(Reason.CLOSED, "closed by the other end");
        }
        early.clear();
        closed.complete(reason);
    }

    /** Why the link closed or is closing; null while it is open. */
    LinkException reason() {
        return reason;
    }

    long queuedBytes() {
        return queuedBytes;
    }

    @Override
    public CompletionStage<LinkException> closed() {
        return closed;
    }
}
