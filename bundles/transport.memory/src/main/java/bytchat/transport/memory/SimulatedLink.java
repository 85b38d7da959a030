package bytchat.transport.memory;

import bytchat.api.env.Registration;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One end of a link. Each end carries its outgoing frames to the other, in order. */
final class SimulatedLink implements Link {
    /** Frames from an unauthenticated dialler, in bytes. */
    static final int STRANGER_FRAME_BYTES_MAX = 8 * 1024;
    /** How long a dialler may stay unauthenticated. */
    static final Duration STRANGER_LIMIT = Duration.ofSeconds(5);
    /** What may be under way in one direction, in bytes. */
    static final int QUEUE_BYTES_MAX = 1024 * 1024;
    private static final long RETRANSMISSION_NANOS = 200_000_000L;
    private static final long PARTITION_RETRY_NANOS = 1_000_000_000L;

    private final SimulatedWorld world;
    private final SimulatedLinks owner;
    private final byte[] peerKey;
    private final InetSocketAddress remote;
    private final boolean inbound;
    private final ArrayDeque<Item> outgoing = new ArrayDeque<>();
    private final List<byte[]> early = new ArrayList<>();
    private final CompletableFuture<LinkException> closed = new CompletableFuture<>();
    private InetSocketAddress here;
    private InetSocketAddress there;
    private SimulatedLink other;
    private FrameReceiver receiver;
    private Registration deadline = () -> { };
    private long lastArrivalNanos;
    private int outgoingBytes;
    private boolean carrying;
    private boolean accepted;
    private boolean strangersLimit;
    private boolean over;

    SimulatedLink(
            SimulatedWorld world, SimulatedLinks owner, byte[] peerKey, InetSocketAddress remote, boolean inbound) {
        this.world = world;
        this.owner = owner;
        this.peerKey = peerKey;
        this.remote = remote;
        this.inbound = inbound;
        this.accepted = !inbound;
        this.strangersLimit = inbound;
    }

    void join(SimulatedLink otherEnd, InetSocketAddress from, InetSocketAddress to) {
        this.other = otherEnd;
        this.here = from;
        this.there = to;
    }

    void startDeadline() {
        deadline = owner.host().environment().loop().schedule(STRANGER_LIMIT, () -> fail(
                Reason.TIMEOUT, "the other end did not authenticate within " + STRANGER_LIMIT));
    }

    /** The acceptor has seen the link: what the dialler has sent already may arrive. */
    void carry() {
        accepted = true;
        other.pump();
    }

    @Override
    public byte[] peerKey() {
        return peerKey.clone();
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
        List<byte[]> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::hand);
    }

    @Override
    public void send(byte[] frame) {
        if (frame.length > LinkTransport.FRAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    frame.length + " bytes, a frame has at most " + LinkTransport.FRAME_BYTES_MAX);
        }
        if (over) {
            return;
        }
        if (outgoingBytes + frame.length > QUEUE_BYTES_MAX) {
            fail(Reason.OVERFLOW, "the other end does not read: more than " + QUEUE_BYTES_MAX + " bytes wait");
            return;
        }
        outgoingBytes += frame.length;
        enqueue(frame.clone());
    }

    @Override
    public void authenticated() {
        strangersLimit = false;
        deadline.close();
    }

    @Override
    public void close() {
        if (!over) {
            enqueue(null);
            end(new LinkException(Reason.CLOSED, "closed here"));
        }
    }

    @Override
    public CompletionStage<LinkException> closed() {
        return closed;
    }

    private void fail(Reason reason, String message) {
        if (!over) {
            outgoing.clear();
            enqueue(null);
            end(new LinkException(reason, message));
        }
    }

    void resetByDeath() {
        over = true;
        outgoing.clear();
        enqueue(null);
    }

    private void end(LinkException why) {
        over = true;
        deadline.close();
        owner.forget(this);
        owner.host().environment().loop().execute(() -> closed.complete(why));
    }

    private void enqueue(byte[] frameOrEnd) {
        long latency = world.latencyNanos(here, there);
        if (world.happens(world.options().loss())) {
            latency += RETRANSMISSION_NANOS;
        }
        lastArrivalNanos = Math.max(lastArrivalNanos, world.nanoTime() + latency);
        outgoing.add(new Item(lastArrivalNanos, frameOrEnd));
        pump();
    }

    /** Carries the head of the queue when its time has come; while the network is cut, tries again later. */
    private void pump() {
        if (carrying || outgoing.isEmpty() || !other.accepted) {
            return;
        }
        carrying = true;
        long wait = outgoing.peek().arrivalNanos - world.nanoTime();
        SimulatedHost target = other.owner.host();
        world.schedule(target, world.cut(here, there) ? Math.max(wait, PARTITION_RETRY_NANOS) : wait, true, () -> {
            carrying = false;
            if (!world.cut(here, there) && !outgoing.isEmpty()) {
                Item item = outgoing.poll();
                outgoingBytes -= item.frame == null ? 0 : item.frame.length;
                other.arrived(item.frame);
            }
            pump();
        });
    }

    private void arrived(byte[] frameOrEnd) {
        if (over) {
            return;
        }
        if (frameOrEnd == null) {
            end(new LinkException(Reason.CLOSED, "closed by the other end"));
            return;
        }
        world.trace('l', there, here, frameOrEnd);
        if (strangersLimit && frameOrEnd.length > STRANGER_FRAME_BYTES_MAX) {
            fail(Reason.OVERFLOW, "a frame of " + frameOrEnd.length + " bytes before authentication");
        } else if (receiver == null) {
            early.add(frameOrEnd);
        } else {
            hand(frameOrEnd);
        }
    }

    private void hand(byte[] frame) {
        if (over) {
            return;
        }
        try {
            receiver.received(frame);
        } catch (RuntimeException e) {
            fail(Reason.CLOSED, "the receiver failed: " + e);
        }
    }

    @Override
    public String toString() {
        return here + (inbound ? " <- " : " -> ") + there;
    }

    /** A frame under way, or the link's end. */
    private record Item(long arrivalNanos, byte[] frame) {
    }
}
