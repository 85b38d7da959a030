package bytchat.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.transport.Link;
import bytchat.api.transport.LinkException;
import bytchat.api.transport.LinkException.Reason;
import bytchat.api.transport.LinkTransport;
import bytchat.api.transport.LinkTransport.PeerCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedLinksTest {
    private final SimulatedWorld world = new SimulatedWorld(1, SimulationOptions.CLEAN.withLoss(0.05));
    private final SimulatedHost a = world.host("10.0.0.1", 4000);
    private final SimulatedHost b = world.host("10.0.0.2", 4000);
    private final SimulatedNodeKey aKey = new SimulatedNodeKey(a.environment().random());
    private final SimulatedNodeKey bKey = new SimulatedNodeKey(b.environment().random());
    private final LinkTransport aLinks = a.links(aKey);
    private final LinkTransport bLinks = b.links(bKey);
    private final List<Link> accepted = new ArrayList<>();

    @BeforeEach
    void accept() {
        bLinks.accept(accepted::add);
    }

    private Link dial() {
        Link link = world.await(a.call(() -> aLinks.dial(b.address(), PeerCheck.ANY)), Duration.ofSeconds(5));
        world.runUntil(() -> !accepted.isEmpty(), Duration.ofSeconds(5));
        return link;
    }

    private Reason reasonOf(CompletionStage<LinkException> closed) {
        return world.await(closed, Duration.ofSeconds(5)).reason();
    }

    @Test
    void bothEndsKnowEachOthersKeys() {
        Link link = dial();
        assertThat(link.peerKey()).isEqualTo(bKey.publicKey());
        assertThat(link.remote()).isEqualTo(b.address());
        assertThat(accepted.get(0).peerKey()).isEqualTo(aKey.publicKey());
        assertThat(accepted.get(0).inbound()).isTrue();
        assertThat(accepted.get(0).remote().getPort()).isNotEqualTo(a.address().getPort());
    }

    @Test
    void aPeerWithTheWrongKeyIsRefusedBeforeAnybodySeesTheLink() {
        var dialled = a.call(() -> aLinks.dial(b.address(), (key, at) -> Arrays.equals(key, aKey.publicKey())));
        world.run(Duration.ofSeconds(5));
        assertThat(reasonOf(dialled.handle((link, failure) -> (LinkException)
                (failure instanceof CompletionException ? failure.getCause() : failure)))).isEqualTo(Reason.WRONG_PEER);
        assertThat(accepted).isEmpty();
    }

    @Test
    void framesArriveInOrderWhateverIsLost() {
        Link link = dial();
        List<Integer> got = new ArrayList<>();
        accepted.get(0).receive(frame -> got.add((int) frame[0]));
        for (int i = 0; i < 100; i++) {
            link.send(new byte[] {(byte) i});
        }
        world.run(Duration.ofSeconds(30));
        assertThat(got).hasSize(100).isSorted();
    }

    @Test
    void aStrangerSendsSmallFramesAndHasFiveSeconds() {
        Link big = dial();
        big.send(new byte[SimulatedLink.STRANGER_FRAME_BYTES_MAX + 1]);
        assertThat(reasonOf(accepted.get(0).closed())).isEqualTo(Reason.OVERFLOW);
        assertThat(reasonOf(big.closed())).isEqualTo(Reason.CLOSED);

        accepted.clear();
        Link slow = dial();
        world.run(Duration.ofSeconds(6));
        assertThat(reasonOf(accepted.get(0).closed())).isEqualTo(Reason.TIMEOUT);
        assertThat(reasonOf(slow.closed())).isEqualTo(Reason.CLOSED);
    }

    @Test
    void anAuthenticatedLinkStaysOpenAndTakesLargeFrames() {
        Link link = dial();
        accepted.get(0).authenticated();
        List<byte[]> got = new ArrayList<>();
        accepted.get(0).receive(got::add);
        link.send(new byte[LinkTransport.FRAME_BYTES_MAX]);
        world.run(Duration.ofMinutes(10));
        assertThat(got).hasSize(1);
        assertThat(link.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void aCrashClosesTheOtherEndAndAVanishedMachineDoesNot() {
        Link link = dial();
        accepted.get(0).authenticated();
        b.crash();
        assertThat(reasonOf(link.closed())).isEqualTo(Reason.CLOSED);

        SimulatedHost again = world.host("10.0.0.2", 4000);
        again.links(bKey).accept(inbound -> inbound.authenticated());
        Link second = dial();
        again.vanish();
        world.run(Duration.ofMinutes(1));
        assertThat(second.closed().toCompletableFuture()).isNotDone();
    }

    @Test
    void aReaderThatDoesNotReadCostsABoundedQueue() {
        Link link = dial();
        b.vanish();
        for (int i = 0; i < 5; i++) {
            link.send(new byte[LinkTransport.FRAME_BYTES_MAX]);
        }
        assertThat(reasonOf(link.closed())).isEqualTo(Reason.OVERFLOW);
    }

    @Test
    void framesWaitForTheAcceptorsReceiver() {
        Link link = dial();
        accepted.get(0).authenticated();
        link.send(new byte[] {7});
        world.run(Duration.ofSeconds(1));
        List<byte[]> got = new ArrayList<>();
        accepted.get(0).receive(got::add);
        assertThat(got).hasSize(1);
    }
}
