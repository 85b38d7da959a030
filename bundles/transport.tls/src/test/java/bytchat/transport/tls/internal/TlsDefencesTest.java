package bytchat.transport.tls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import bytchat.api.transport.LinkTransport.PeerCheck;
import bytchat.keyspace.internal.NodeIdentity;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on links, each with what it would do if the defence were off. */
@Timeout(60)
class TlsDefencesTest {
    private final TlsFixture fixture = new TlsFixture();
    private final NodeIdentity meant = NodeIdentity.generate(fixture.random);

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    // Another node than the one meant

    @Test
    void anotherNodeKeyThanTheOneMeantIsRefused() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        LinkException refusal = fixture.refusal(a, b.local(), TlsFixture.is(meant));
        assertThat(refusal.reason()).isEqualTo(Reason.WRONG_PEER);
        assertThat(a.facts()).containsEntry("wrong_peers", 1L).containsEntry("handshakes_resumed", 0L);
    }

    @Test
    void alsoOnAResumedSession() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = withASession(a);
        LinkException refusal = fixture.refusal(a, b.local(), TlsFixture.is(meant));
        assertThat(a.facts()).as("no certificate was shown in this handshake").containsEntry("handshakes_resumed", 1L);
        assertThat(refusal.reason()).isEqualTo(Reason.WRONG_PEER);
    }

    /** The twin: a check made only where certificates are shown lets b pass for the node that was meant. */
    @Test
    void aCheckThatSkipsResumedSessionsLetsTheWrongNodeIn() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS, false);
        TlsTransport b = withASession(a);
        Link link = fixture.dial(a, b, TlsFixture.is(meant));
        assertThat(a.facts()).containsEntry("handshakes_resumed", 1L);
        assertThat(link.peerKey()).isEqualTo(fixture.bKey.publicKey()).isNotEqualTo(meant.publicKey());
    }

    @Test
    void aResumedSessionStillProvesBothNodeKeys() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = withASession(a);
        Link out = fixture.dial(a, b, TlsFixture.is(fixture.bKey));
        assertThat(out.peerKey()).isEqualTo(fixture.bKey.publicKey());
        assertThat(fixture.nextAccepted().peerKey()).isEqualTo(fixture.aKey.publicKey());
        assertThat(a.facts()).containsEntry("handshakes_resumed", 1L);
        assertThat(b.facts()).containsEntry("handshakes_resumed", 1L);
    }

    /** Dials b as itself, so that a holds a session ticket of it, and hangs up. */
    private TlsTransport withASession(TlsTransport a) throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        Link out = fixture.dial(a, b, TlsFixture.is(fixture.bKey));
        BlockingQueue<byte[]> frames = fixture.frames(out);
        fixture.send(fixture.nextAccepted(), new byte[] {1});
        TlsFixture.take(frames); // the ticket came before it
        fixture.onLoop(() -> {
            out.close();
            return null;
        });
        fixture.closed(out);
        assertThat(a.facts()).containsEntry("handshakes_resumed", 0L);
        return b;
    }

    // Who cannot prove a node key at all

    @Test
    void aCertificateThatItsOwnKeyHasNotSignedIsRefused() throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.tls(b.local(), HostilePeer.forged(fixture.aKey.tlsEntry()), "TLSv1.3")) {
            peer.tryToShakeHands();
            peer.awaitClosed();
        }
        assertThat(fixture.accepted).isEmpty();
        assertThat(b.facts()).containsEntry("handshakes_failed", 1L);
    }

    /** The twin of the attacker: the same program with a good certificate is let in. */
    @Test
    void theSameProgramWithAGoodCertificateIsLetIn() throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.tls(b.local(), fixture.aKey.tlsEntry(), "TLSv1.3")) {
            peer.write(new byte[] {0, 0, 0, 1, 42});
            Link link = fixture.nextAccepted();
            assertThat(link.peerKey()).isEqualTo(fixture.aKey.publicKey());
            assertThat(TlsFixture.take(fixture.frames(link))).containsExactly(42);
        }
    }

    @Test
    void noCertificateIsRefused() throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.tls(b.local(), null, "TLSv1.3")) {
            peer.tryToShakeHands();
            peer.awaitClosed();
        }
        assertThat(fixture.accepted).isEmpty();
    }

    @Test
    void anOlderTlsIsRefused() throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.tls(b.local(), fixture.aKey.tlsEntry(), "TLSv1.2")) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(peer::shakeHands))
                    .isInstanceOf(javax.net.ssl.SSLException.class);
        }
        assertThat(fixture.accepted).isEmpty();
    }

    @Test
    void whatIsNoTlsEndsItsConnectionOnly() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.silent(b.local())) {
            peer.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            peer.awaitClosed();
        }
        assertThat(b.facts()).containsEntry("handshakes_failed", 1L);
        assertThat(fixture.dial(a, b, PeerCheck.ANY).peerKey()).isEqualTo(fixture.bKey.publicKey());
    }

    // Too much

    @ParameterizedTest
    @ValueSource(ints = {LinkTransport.FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void anOversizedFrameIsRefusedByItsLengthAlone(int frameBytes) throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, TlsFixture.SETTINGS);
        try (HostilePeer peer = HostilePeer.tls(b.local(), fixture.aKey.tlsEntry(), "TLSv1.3")) {
            peer.write(new byte[] {0, 0, 0, 0});
            Link link = fixture.nextAccepted();
            fixture.onLoop(() -> {
                link.authenticated();
                return null;
            });
            peer.announce(frameBytes);
            LinkException closed = fixture.closed(link);
            assertThat(closed.reason()).isEqualTo(Reason.OVERFLOW);
            assertThat(closed).hasMessageContaining(Integer.toUnsignedString(frameBytes));
        }
        assertThat(b.facts()).containsEntry("links_overflowed", 1L);
    }

    @Test
    void aStrangersBytesAreCountedOverAllItsFrames() throws Exception {
        assertThat(afterTwoFramesOf5000Bytes(8_192)).isEqualTo(Reason.OVERFLOW);
    }

    /** The twin. */
    @Test
    void withoutTheBudgetAStrangerMaySendOn() throws Exception {
        assertThat(afterTwoFramesOf5000Bytes(Integer.MAX_VALUE)).isNull();
    }

    private Reason afterTwoFramesOf5000Bytes(int strangerBytesMax) throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, 64, strangerBytesMax, TlsFixture.HOUR,
                1_048_576));
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        Link in = fixture.nextAccepted();
        BlockingQueue<byte[]> frames = fixture.frames(in);
        fixture.send(out, new byte[5_000]);
        assertThat(TlsFixture.take(frames)).hasSize(5_000);
        fixture.send(out, new byte[5_000]);
        if (strangerBytesMax > 10_000) {
            assertThat(TlsFixture.take(frames)).hasSize(5_000);
            return null;
        }
        return fixture.closed(in).reason();
    }

    @Test
    void aReaderThatDoesNotReadCostsTheQueuesBoundAndNoMore() throws Exception {
        int queueBytesMax = 200_000;
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, 64, 8_192, TlsFixture.HOUR, queueBytesMax));
        try (HostilePeer peer = HostilePeer.tls(b.local(), fixture.aKey.tlsEntry(), "TLSv1.3")) {
            peer.write(new byte[] {0, 0, 0, 0});
            TlsLink link = (TlsLink) fixture.nextAccepted();
            int frames = 0;
            // the sockets' own buffers take some first
            while (fixture.onLoop(link::reason) == null && frames < 100_000) {
                fixture.send(link, new byte[20_000]);
                frames++;
                assertThat(fixture.onLoop(link::queuedBytes)).isLessThanOrEqualTo(queueBytesMax);
            }
            assertThat(fixture.closed(link).reason()).isEqualTo(Reason.OVERFLOW);
        }
    }

    // Too slow, too many

    @Test
    void aStrangerThatSaysNothingIsCutWhereOthersWouldWait() throws Exception {
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, 64, 8_192, Duration.ofMillis(300), 1_048_576));
        TlsTransport patient = fixture.listening(fixture.bKey, settings(1_024, 64, 8_192, TlsFixture.HOUR, 1_048_576));
        try (HostilePeer silent = HostilePeer.silent(b.local());
                HostilePeer twin = HostilePeer.silent(patient.local())) {
            silent.awaitClosed();
            fixture.onLoop(() -> null); // what follows the closing on the loop has run
            assertThat(b.facts()).containsEntry("strangers", 0);
            assertThat(patient.facts()).as("the twin, with the deadline an hour away").containsEntry("strangers", 1);
        }
    }

    @Test
    void aStrangerThatShakesHandsAndThenSaysNothingIsCutToo() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, 64, 8_192, Duration.ofMillis(500), 1_048_576));
        fixture.dial(a, b, PeerCheck.ANY);
        assertThat(fixture.closed(fixture.nextAccepted()).reason()).isEqualTo(Reason.TIMEOUT);
        fixture.onLoop(() -> null);
        assertThat(b.facts()).containsEntry("strangers_late", 1L).containsEntry("links", 0);
    }

    @Test
    void whoHasAuthenticatedIsNotCut() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, 64, 8_192, Duration.ofMillis(500), 1_048_576));
        Link out = fixture.dial(a, b, PeerCheck.ANY);
        Link in = fixture.nextAccepted();
        fixture.onLoop(() -> {
            in.authenticated();
            return null;
        });
        fixture.dial(a, b, PeerCheck.ANY);
        // the second one's deadline is later than the first one's would have been
        fixture.closed(fixture.nextAccepted());
        BlockingQueue<byte[]> frames = fixture.frames(in);
        fixture.send(out, new byte[100_000]);
        assertThat(TlsFixture.take(frames)).hasSize(100_000);
    }

    @Test
    void aCrowdOfSilentStrangersKeepsNobodyOut() throws Exception {
        int strangersMax = 4;
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, settings(1_024, strangersMax, 8_192, TlsFixture.HOUR,
                1_048_576));
        List<HostilePeer> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                crowd.add(HostilePeer.silent(b.local()));
            }
            Link out = fixture.dial(a, b, PeerCheck.ANY);
            Link in = fixture.nextAccepted();
            assertThat((int) b.facts().get("strangers")).isLessThanOrEqualTo(strangersMax);
            crowd.get(0).awaitClosed();
            BlockingQueue<byte[]> frames = fixture.frames(in);
            fixture.send(out, new byte[] {7});
            assertThat(TlsFixture.take(frames)).containsExactly(7);
        } finally {
            for (HostilePeer peer : crowd) {
                peer.close();
            }
        }
        assertThat((long) b.facts().get("strangers_evicted")).isGreaterThanOrEqualTo(30 - strangersMax);
    }

    @Test
    void theHostWithTheMostStrangersLosesItsOldest() throws Exception {
        Strangers strangers = new Strangers(4);
        TlsLink honest = stranger("192.0.2.1", 1);
        strangers.add(honest);
        TlsLink oldestOfCrowd = stranger("192.0.2.66", 1);
        strangers.add(oldestOfCrowd);
        strangers.add(stranger("192.0.2.66", 2));
        strangers.add(stranger("192.0.2.2", 1));
        assertThat(strangers.add(stranger("192.0.2.66", 3))).contains(oldestOfCrowd);
        assertThat(strangers.add(stranger("192.0.2.3", 1))).as("a newcomer from elsewhere").get()
                .extracting(link -> link.remote().getPort()).isEqualTo(2);
        assertThat(strangers.size()).isEqualTo(4);
    }

    @Test
    void whenManyComeAtOnceThoseBeforeFinishFirst() throws Exception {
        Strangers strangers = new Strangers(4);
        for (int host = 1; host <= 4; host++) {
            assertThat(strangers.add(stranger("192.0.2." + host, 1))).isEmpty();
        }
        TlsLink newcomer = stranger("192.0.2.5", 1);
        assertThat(strangers.add(newcomer)).contains(newcomer);
    }

    private static TlsLink stranger(String host, int port) {
        return new TlsLink(new NioSocketChannel(), true, new InetSocketAddress(host, port), TlsFixture.SETTINGS,
                new TlsCounters());
    }

    @Test
    void moreLinksThanAllowedAreRefused() throws Exception {
        TlsTransport a = fixture.transport(fixture.aKey, TlsFixture.SETTINGS);
        TlsTransport b = fixture.listening(fixture.bKey, settings(3, 64, 8_192, TlsFixture.HOUR, 1_048_576));
        for (int i = 0; i < 3; i++) {
            fixture.dial(a, b, PeerCheck.ANY);
            fixture.nextAccepted();
        }
        assertThat(fixture.refusal(a, b.local(), PeerCheck.ANY).reason()).isEqualTo(Reason.HANDSHAKE);
        assertThat(b.facts()).containsEntry("links", 3).containsEntry("connections_refused", 1L);
        assertThat(fixture.refusal(b, a.local(), PeerCheck.ANY).reason()).as("nor does it dial more")
                .isEqualTo(Reason.OVERFLOW);
    }

    private static TlsSettings settings(int linksMax, int strangersMax, int strangerBytesMax, Duration strangerTimeout,
            int writeQueueBytesMax) {
        TlsSettings base = TlsFixture.SETTINGS;
        return new TlsSettings(linksMax, strangersMax, strangerBytesMax, strangerTimeout, base.dialsMax(),
                base.dialsWaitingMax(), base.connectTimeout(), base.handshakeTimeout(), writeQueueBytesMax,
                base.sessionsMax(), base.sessionTimeout());
    }
}
