package bytchat.itests.benchmarks.network;

import bytchat.api.env.Registration;
import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkTransport;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** An open network speaks datagrams only: here nobody listens for links, and none can be opened. */
record NoLinks(InetSocketAddress local) implements LinkTransport {
    @Override
    public CompletionStage<Link> dial(InetSocketAddress to, PeerCheck check) {
        return CompletableFuture.failedFuture(new LinkException(LinkException.Reason.UNREACHABLE, "there are no links in this network"));
    }

    @Override
    public Registration accept(Consumer<Link> acceptor) {
        return () -> { };
    }
}
