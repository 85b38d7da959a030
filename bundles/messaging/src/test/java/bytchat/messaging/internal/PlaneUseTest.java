package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Account;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.status.Status;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What messaging makes of a plane's answers, and of a plane that says when it is worth trying again. */
class PlaneUseTest {
    private static final Duration FAR_BELOW_BACK_OFF = Duration.ofMillis(500);

    private final SimulatedWorld world = new SimulatedWorld(9);
    private final PostOffice office =
            new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), 9, PostOffice.Weather.FINE);
    private final Person alice = new Person(world, office, "alice", "10.0.0.1").start();
    private final Person bob = new Person(world, office, "bob", "10.0.0.2").start();
    private final Person carol = new Person(world, office, "carol", "10.0.0.3").start();
    private final Answering plane = new Answering();

    @BeforeEach
    void aliceUsesThePlane() {
        alice.befriend(bob);
        alice.befriend(carol);
        world.run(Duration.ofMinutes(1));
        aliceUsesIt();
    }

    private void aliceUsesIt() {
        alice.messenger.network(new Network(Optional.of(office.keySpace), Optional.of(new OnePlane(plane)), Optional.empty(),
                Optional.empty()));
        world.run(Duration.ofSeconds(1));
    }

    @Test
    void whatIsOnTheirDevicesSaysSo() {
        plane.answer = new Dispatch.Handed(1, 2);
        alice.send(bob, "hello");
        world.run(FAR_BELOW_BACK_OFF);
        assertThat(alice.outbox()).containsExactly("stored");
        assertThat(alice.messages().get(0).detail()).isEqualTo("on 1 of 2 devices");
    }

    @Test
    void whatSomeDeviceLacksIsSentAgainWhenThePlaneSaysSo() {
        plane.answer = new Dispatch.Handed(1, 2);
        alice.send(bob, "hello");
        world.run(FAR_BELOW_BACK_OFF);
        plane.inbound.retry(Optional.of(bob.uid()));
        world.run(FAR_BELOW_BACK_OFF);
        assertThat(plane.sent).hasSize(2);
    }

    @Test
    void whatAllTheirDevicesHaveIsNotSentAgainBeforeItsReceiptIsOverdue() {
        plane.answer = new Dispatch.Handed(2, 2);
        alice.send(bob, "hello");
        world.run(FAR_BELOW_BACK_OFF);
        plane.inbound.retry(Optional.of(bob.uid()));
        plane.inbound.retry(Optional.empty());
        world.run(Duration.ofMinutes(1));
        assertThat(plane.sent).hasSize(1);
        world.run(Duration.ofHours(1));
        assertThat(plane.sent).as("it is, ever more rarely, all the same").hasSizeBetween(2, 5);
    }

    @Test
    void aReceiptThatIsOnADeviceOfTheirsIsDoneWith() {
        plane.answer = new Dispatch.Handed(1, 2);
        plane.receives = office.plane(alice.host);
        alice.messenger.network(Network.NONE);
        aliceUsesIt();
        bob.send(alice, "hello");
        world.run(Duration.ofMinutes(1));
        assertThat(alice.inbox()).containsExactly("hello");
        assertThat(plane.sent).extracting(Envelope::kind).containsExactly(Envelope.Kind.RECEIPT);
        assertThat(alice.disk.all(OutboundRecord.class)).isEmpty();
    }

    @Test
    void whatWaitsIsSentAtOnceWhenItsRecipientAppears() {
        plane.answer = new Dispatch.Waiting(0, 2, "none of their 2 devices can be reached");
        alice.send(bob, "hello");
        alice.send(carol, "hello");
        world.run(Duration.ofMinutes(5));
        assertThat(alice.outbox()).containsExactly("waiting", "waiting");
        plane.sent.clear();
        plane.answer = new Dispatch.Handed(2, 2);
        plane.inbound.retry(Optional.of(bob.uid()));
        world.run(Duration.ofMillis(50));
        assertThat(plane.sent).extracting(e -> e.to()).as("to bob alone").containsExactly(bob.uid().toArray());
        plane.inbound.retry(Optional.empty());
        world.run(Duration.ofMillis(50));
        assertThat(plane.sent).as("now to all who lack something").hasSize(2);
    }

    @Test
    void whatIsBeingSentMeanwhileIsTriedSoonIfItFails() {
        plane.answer = new Dispatch.Waiting(0, 2, "none of their 2 devices can be reached");
        alice.send(bob, "hello");
        world.run(Duration.ofMinutes(10)); // the wait before the next attempt has grown to a minute
        plane.sent.clear();
        plane.latency = Duration.ofSeconds(3);
        assertThat(world.runUntil(() -> !plane.sent.isEmpty(), Duration.ofMinutes(2))).isTrue();
        plane.inbound.retry(Optional.of(bob.uid()));
        plane.answer = new Dispatch.Handed(1, 1);
        world.run(plane.latency.multipliedBy(2).plus(MessagingSettings.DEFAULTS.retryMin()).plusMillis(10));
        assertThat(plane.sent).hasSize(2);
        assertThat(alice.outbox()).containsExactly("stored");
    }

    /** Gives the answer that a test wants, for every envelope; receives by another plane, if at all. */
    private final class Answering implements DeliveryPlane {
        final List<Envelope> sent = new ArrayList<>();
        Dispatch answer = new Dispatch.Stored(4, 5);
        Duration latency = Duration.ofMillis(1);
        Inbound inbound;
        /** Another plane that brings what arrives. */
        DeliveryPlane receives;

        @Override
        public String name() {
            return "answering";
        }

        @Override
        public KeySpace keySpace() {
            return office.keySpace;
        }

        @Override
        public Attachment attach(Account account, Inbound accountInbound) {
            inbound = accountInbound;
            if (receives != null) {
                receives.attach(account, accountInbound);
            }
            return new Attachment() {
                @Override
                public Status status() {
                    return Status.ready(Map.of());
                }

                @Override
                public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
                    sent.add(envelope);
                    CompletableFuture<Dispatch> result = new CompletableFuture<>();
                    Dispatch now = answer;
                    alice.host.environment().loop().schedule(latency, () -> result.complete(now));
                    return result;
                }

                @Override
                public CompletionStage<Void> drain() {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void close() {
                    // nothing is held
                }
            };
        }
    }
}
