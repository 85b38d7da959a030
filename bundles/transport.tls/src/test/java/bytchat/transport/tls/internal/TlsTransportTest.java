package bytchat.transport.tls.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import bytchat.api.transport.LinkTransport.PeerCheck;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a link promises. */
@Timeout(60)
class TlsTransportTest {
    private final TlsFixture fixture = new TlsFixture();
    private TlsTransport a;
    private TlsTransport b;

    @BeforeEach
    void open() throws Exception {
        a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void bothEndsKnowWhoTheOtherIs() throws Exception {
        Link out = fixture.dial(a, b, TlsFixture.is(fixture.bKey));
        Link in = fixture.nextAccepted();
        assertThat(out.peerKey()).isEqualTo(fixture.bKey.publicKey());
        assertThat(in.peerKey()).isEqualTo(fixture.aKey.publicKey());
        assertThat(out.inbound()).isFalse();
        assertThat(in.inbound()).isTrue();
        assertThat(out.remote()).isEqualTo(b.local());
        assertThat(in.remote().getAddress()).isEqualTo(a.local().getAddress());
    }

    @Test
    void framesGoBothWaysInOrderAndUnchanged() throws Exception {
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        Link in = fixture.nextAccepted();
        BlockingQueue<byte[]> atB = fixture.frames(in);
        BlockingQueue<byte[]> atA = fixture.frames(out);
        fixture.onLoop(() -> {
            in.authenticated();
            return null;
        });
        byte[] largest = new byte[LinkTransport.FRAME_BYTES_MAX];
        fixture.random.nextBytes(largest);
        fixture.onLoop(() -> {
            IntStream.range(0, 100).forEach(i -> out.send(new byte[] {(byte) i}));
            out.send(new byte[0]);
            out.send(largest);
            in.send(largest);
            return null;
        });
        for (int i = 0; i < 100; i++) {
            assertThat(TlsFixture.take(atB)).containsExactly(i);
        }
        assertThat(TlsFixture.take(atB)).isEmpty();
        assertThat(TlsFixture.take(atB)).isEqualTo(largest);
        assertThat(TlsFixture.take(atA)).isEqualTo(largest);
    }

    @Test
    void framesThatCameBeforeTheReceiverAreDeliveredFirst() throws Exception {
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        BlockingQueue<byte[]> atA = fixture.frames(out);
        Link in = fixture.nextAccepted();
        fixture.send(out, new byte[] {1});
        fixture.send(out, new byte[] {2});
        fixture.send(in, new byte[] {9});
        TlsFixture.take(atA); // by now the first two have most likely arrived; either way the order must hold
        BlockingQueue<byte[]> atB = fixture.frames(in);
        fixture.send(out, new byte[] {3});
        for (int i = 1; i <= 3; i++) {
            assertThat(TlsFixture.take(atB)).containsExactly(i);
        }
    }

    @Test
    void closingWritesWhatIsQueuedAndBothEndsHearOfIt() throws Exception {
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        Link in = fixture.nextAccepted();
        BlockingQueue<byte[]> atB = fixture.frames(in);
        fixture.onLoop(() -> {
            in.authenticated();
            IntStream.range(0, 3).forEach(i -> out.send(new byte[200_000]));
            out.close();
            out.close();
            out.send(new byte[] {1});
            return null;
        });
        assertThat(fixture.closed(out).reason()).isEqualTo(Reason.CLOSED);
        assertThat(fixture.closed(in).reason()).isEqualTo(Reason.CLOSED);
        assertThat(atB).hasSize(3).allMatch(frame -> frame.length == 200_000);
        assertThat(fixture.closed(in).getStackTrace()).isEmpty();
    }

    @Test
    void aFrameOverTheLimitIsRefusedToTheCaller() throws Exception {
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        assertThatThrownBy(() -> out.send(new byte[LinkTransport.FRAME_BYTES_MAX + 1]))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("262144");
    }

    @Test
    void aReceiverThatThrowsClosesItsLinkOnly() throws Exception {
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        Link in = fixture.nextAccepted();
        Link other = fixture.dial(a, b, PeerCheck.ANY);
        Link otherIn = fixture.nextAccepted();
        fixture.onLoop(() -> {
            in.receive(frame -> {
                throw new StackOverflowError();
            });
            return null;
        });
        fixture.send(out, new byte[] {1});
        assertThat(fixture.closed(in)).hasMessageContaining("receiver");
        assertThat(b.facts()).containsEntry("receiver_failures", 1L);
        BlockingQueue<byte[]> frames = fixture.frames(otherIn);
        fixture.send(other, new byte[] {2});
        assertThat(TlsFixture.take(frames)).containsExactly(2);
    }

    @Test
    void nobodyAtTheAddressIsUnreachable() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) socket.getLocalSocketAddress();
        }
        LinkException refusal = fixture.refusal(a, nobody, PeerCheck.ANY);
        assertThat(refusal.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(refusal).hasMessageContaining(Integer.toString(nobody.getPort()));
    }

    @Test
    void nobodyWhoAnswersIsUnreachableAfterTheConnectTimeout() throws Exception {
        TlsSettings base = TlsFixture.SETTINGS;
        TlsTransport impatient = fixture.transport(fixture.aKey, new TlsSettings(base.linksMax(), base.strangersMax(),
                base.strangerBytesMax(), base.strangerTimeout(), base.dialsMax(), base.dialsWaitingMax(),
                Duration.ofMillis(300), base.handshakeTimeout(), base.writeQueueBytesMax(), base.sessionsMax(),
                base.sessionTimeout()));
        List<Socket> crowd = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            for (int i = 0; i < 2; i++) { // a backlog of one holds two; the next one is not answered
                crowd.add(new Socket(address.getAddress(), address.getPort()));
            }
            LinkException refusal = fixture.refusal(impatient, address, PeerCheck.ANY);
            assertThat(refusal.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(refusal).hasMessageContaining("timed out");
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
    }

    @Test
    void linksWorkOverIpv6() throws Exception {
        assumeTrue(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress()), "no IPv6 here");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("::1"), 0);
        try (TlsTransport six = again(any); TlsTransport other = again(any)) {
            fixture.onLoop(() -> six.accept(fixture.accepted::add));
            assertThat(fixture.dial(other, six, PeerCheck.ANY).remote().getAddress()).isEqualTo(any.getAddress());
            assertThat((String) six.facts().get("listen")).startsWith("[0:0:0:0:0:0:0:1]:");
        }
    }

    @Test
    void somebodyWhoSaysNothingIsATimeout() throws Exception {
        TlsTransport impatient = fixture.transport(fixture.aKey, with(64, 64, 1_024, Duration.ofMillis(200)));
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LinkException refusal = fixture.refusal(impatient, (InetSocketAddress) silent.getLocalSocketAddress(),
                    PeerCheck.ANY);
            assertThat(refusal.reason()).isEqualTo(Reason.TIMEOUT);
        }
    }

    @Test
    void somebodyWhoHangsUpIsNoHandshake() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletionStage<Link> dialled = fixture
                    .onLoop(() -> a.dial((InetSocketAddress) socket.getLocalSocketAddress(), PeerCheck.ANY));
            socket.accept().close();
            LinkException refusal = TlsFixture.await(
                    dialled.handle((link, failure) -> (LinkException) failure).toCompletableFuture());
            assertThat(refusal.reason()).isEqualTo(Reason.HANDSHAKE);
        }
    }

    @Test
    void moreDialsThanAllowedWaitForTheirTurnAndMoreThanMayWaitFail() throws Exception {
        TlsTransport narrow = fixture.transport(fixture.aKey, with(64, 2, 5, Duration.ofSeconds(20)));
        List<CompletableFuture<Link>> dials = new ArrayList<>();
        fixture.onLoop(() -> {
            IntStream.range(0, 8).forEach(i -> dials.add(narrow.dial(b.local(), PeerCheck.ANY).toCompletableFuture()));
            return null;
        });
        for (CompletableFuture<Link> dial : dials.subList(0, 7)) {
            assertThat(fixture.onLoop(narrow::dialsRunning)).isLessThanOrEqualTo(2);
            assertThat(TlsFixture.await(dial).peerKey()).isEqualTo(fixture.bKey.publicKey());
        }
        assertThatThrownBy(() -> TlsFixture.await(dials.get(7))).isInstanceOfSatisfying(LinkException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.OVERFLOW));
    }

    @Test
    void aTakenPortIsSaidAndAClosedTransportFreesIt() throws Exception {
        Link link = fixture.dial(a, b, PeerCheck.ANY);
        assertThatThrownBy(() -> again(b.local())).isInstanceOf(BindException.class);
        b.close();
        assertThat(fixture.closed(link).reason()).isEqualTo(Reason.CLOSED);
        try (TlsTransport next = again(b.local())) {
            assertThat(next.local()).isEqualTo(b.local());
        }
    }

    @Test
    void aHundredLinksOpenedAndClosedLeaveNothingBehind() throws Exception {
        List<Link> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(fixture.dial(a, b, PeerCheck.ANY));
            Link in = fixture.nextAccepted();
            all.add(in);
            if (i % 2 == 0) {
                fixture.onLoop(() -> {
                    in.authenticated();
                    return null;
                });
            }
        }
        assertThat(a.facts()).containsEntry("links", 100);
        assertThat(b.facts()).containsEntry("links", 100).containsEntry("strangers", 50);
        for (int i = 0; i < all.size(); i++) { // from either end
            Link link = all.get(i);
            if (i % 3 != 0) {
                fixture.onLoop(() -> {
                    link.close();
                    return null;
                });
            }
        }
        for (Link link : all) {
            fixture.closed(link);
        }
        for (TlsTransport transport : List.of(a, b)) {
            fixture.onLoop(() -> null); // what follows the closing on the loop has run
            assertThat(transport.facts()).containsEntry("links", 0).containsEntry("strangers", 0);
            assertThat(transport.enginesRemembered()).isZero();
        }
    }

    private TlsTransport again(InetSocketAddress address) throws Exception {
        return new TlsTransport(address, fixture.bKey, fixture.runtime, fixture.runtime.eventLoopGroup(),
                TlsFixture.SETTINGS);
    }

    private static TlsSettings with(int strangersMax, int dialsMax, int dialsWaitingMax, Duration handshakeTimeout) {
        TlsSettings base = TlsFixture.SETTINGS;
        return new TlsSettings(base.linksMax(), strangersMax, base.strangerBytesMax(), base.strangerTimeout(), dialsMax,
                dialsWaitingMax, base.connectTimeout(), handshakeTimeout, base.writeQueueBytesMax(), base.sessionsMax(),
                base.sessionTimeout());
    }
}
