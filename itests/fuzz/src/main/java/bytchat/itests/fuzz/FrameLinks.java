package bytchat.itests.fuzz;

import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Registration;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Links of the node under fire: others dial it, its own dials fail. */
final class FrameLinks implements LinkTransport {
    private static final int OPEN_MAX = 16;

    private final InetSocketAddress local;
    private final List<FrameLink> open = new ArrayList<>();
    private Consumer<Link> acceptor;

    FrameLinks(InetSocketAddress local) {
        this.local = local;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check) {
        return CompletableFuture.failedFuture(new LinkException(Reason.UNREACHABLE, to + " is not there"));
    }

    @Override
    public Registration accept(Consumer<Link> newAcceptor) {
        acceptor = newAcceptor;
        return () -> acceptor = null;
    }

    /** A stranger dials; the oldest of too many links closes. */
    FrameLink dialled(byte[] peerKey, InetSocketAddress from) {
        if (open.size() >= OPEN_MAX) {
            open.get(0).close();
        }
        FrameLink link = new FrameLink(peerKey, from);
        open.add(link);
        acceptor.accept(link);
        return link;
    }

    List<FrameLink> open() {
        return open;
    }

    final class FrameLink implements Link {
        private final byte[] peerKey;
        private final InetSocketAddress remote;
        private final CompletableFuture<LinkException> closed = new CompletableFuture<>();
        private FrameReceiver receiver = frame -> { };
        /** The node's last frames, for answers to its calls. */
        private final List<byte[]> sent = new ArrayList<>();

        FrameLink(byte[] peerKey, InetSocketAddress remote) {
            this.peerKey = peerKey;
            this.remote = remote;
        }

        /** A frame that cannot be read ends the link: so the contract of links has it. Nothing else may be thrown. */
        void deliver(byte[] frame) {
            try {
                receiver.received(frame);
            } catch (BencodeException e) {
                close();
            }
        }

        List<byte[]> sent() {
            return sent;
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
            return true;
        }

        @Override
        public void receive(FrameReceiver newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void send(byte[] frame) {
            sent.add(frame);
            if (sent.size() > OPEN_MAX) {
                sent.remove(0);
            }
        }

        @Override
        public void authenticated() {
            // Every size of frame is taken here.
        }

        @Override
        public void close() {
            open.remove(this);
            closed.complete(new LinkException(Reason.CLOSED, "closed here"));
        }

        @Override
        public CompletionStage<LinkException> closed() {
            return closed;
        }
    }
}
