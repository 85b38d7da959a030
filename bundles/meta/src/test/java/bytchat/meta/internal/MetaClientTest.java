package bytchat.meta.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.meta.MetaDirectory.Published;
import bytchat.api.meta.MetaRecord;
import bytchat.api.rpc.Carrier;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetaClientTest extends MetaTestNet {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private List<Holding> holders;
    private Node writer;

    @BeforeEach
    void nodes() {
        holders = Stream.of(1, 2, 3).map(this::holder).toList();
        writer = net.node(50);
        for (Node node : List.of(reader, writer)) {
            node.holders().are(holders.stream().map(holding -> holding.node().contact()).toList());
        }
    }

    private Optional<MetaRecord> fetch(MetaClient client) {
        return net.world.await(client.fetch(uid), TestNet.PATIENCE);
    }

    private Published publish(MetaClient client) {
        return net.world.await(client.publish(phone), TestNet.PATIENCE);
    }

    @Test
    void whatIsPublishedIsFound() {
        assertThat(publish(client(writer))).isEqualTo(new Published(3, 3, ""));

        MetaRecord found = fetch(client(reader)).orElseThrow();

        assertThat(found.name()).isEqualTo(phone.name());
        assertThat(found.publicKey()).isEqualTo(alice.accountKey());
        assertThat(found.timestampMillis()).isBetween(writer.now() - 60_000, writer.now());
        assertThat(reader.verifier().meta(found, net.keySpace)).isEmpty();
    }

    @Test
    void aloneNothingIsStoredAndTheReasonIsSaid() {
        writer.holders().are(List.of());
        assertThat(publish(client(writer))).isEqualTo(new Published(0, 0, "no other node is known"));
        assertThat(fetch(client(writer))).isEmpty();
    }

    @Test
    void anAccountThatIsLockedMeanwhileFailsThePublication() {
        MetaClient client = new MetaClient(writer.environment(), net.keySpace, writer.holders(), writer.verifier(),
                () -> {
                    throw new IllegalStateException("locked");
                });
        CompletionStage<Throwable> failed = client.publish(phone).handle((published, failure) -> failure);
        Throwable why = net.world.await(failed, TestNet.PATIENCE);
        assertThat(why).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theNewestWinsAndIsWrittenBackWhereItWasStale() {
        put(holders.get(0), record("old", reader.now() - HOUR));
        put(holders.get(1), record("new", reader.now()));

        assertThat(fetch(client(reader)).orElseThrow().name()).isEqualTo("new");

        net.world.run(Duration.ofSeconds(5));
        assertThat(holders).allSatisfy(holding -> assertThat(nameAt(holding)).isEqualTo("new"));
    }

    @Test
    void publishingGoesAboveWhatAnotherDeviceHasPublished() {
        long later = writer.now() + 5 * 60_000;
        put(holders.get(1), record("by the other device", later));

        assertThat(publish(client(writer))).isEqualTo(new Published(3, 3, ""));

        assertThat(fetch(client(reader)).orElseThrow().timestampMillis()).isEqualTo(later + 1);
    }

    @Test
    void publishingTwiceInAMomentGoesUp() {
        MetaClient client = client(writer);
        assertThat(publish(client).stored()).isEqualTo(3);
        long first = fetch(client(reader)).orElseThrow().timestampMillis();
        assertThat(publish(client).stored()).isEqualTo(3);
        assertThat(fetch(client(reader)).orElseThrow().timestampMillis()).isGreaterThan(first);
    }

    @Test
    void aClockThatWasWrongDoesNotKeepLaterMetaFromBeingTaken() {
        MetaClient client = client(writer);
        writer.host().clockOffset(Duration.ofMinutes(20));
        Published wrong = publish(client);
        assertThat(wrong.stored()).isZero();
        assertThat(wrong.reason()).contains("ahead of this holder's clock");

        writer.host().clockOffset(Duration.ZERO);
        assertThat(publish(client)).isEqualTo(new Published(3, 3, ""));
    }

    // ---- defences, each with its twin

    /** From now on every holder answers with this record. */
    private void answering(BDict meta) {
        holders.forEach(holding -> holding.node().rpc().handle("meta_get", Carrier.LINK,
                request -> CompletableFuture.completedFuture(BDict.builder().put("meta", meta).build())));
    }

    private void rolledBack(MetaClient client) {
        put(holders.get(0), record("new", reader.now()));
        assertThat(fetch(client).orElseThrow().name()).isEqualTo("new");
        answering(record("old", reader.now() - HOUR));
    }

    @Test
    void aReaderIsNotLedBackBehindWhatItHasSeen() {
        MetaClient client = client(reader);
        rolledBack(client);
        assertThat(fetch(client)).isEmpty();
    }

    @Test
    void twinWithoutMemoryAReaderIsLedBack() {
        MetaClient client = client(reader, without(MetaCheck.NEWEST), SignatureCheck.BOUNCY_CASTLE);
        rolledBack(client);
        assertThat(fetch(client).orElseThrow().name()).isEqualTo("old");
    }

    @Test
    void aDeviceListIsNotLedBackEither() {
        MetaClient client = client(reader);
        put(holders.get(0), record(phone.with(alice.list(2, List.of(1), List.of(2))), "after", reader.now()));
        assertThat(fetch(client).orElseThrow().devices().number()).isEqualTo(2);
        answering(record(phone.with(alice.list(1, List.of(1, 2), List.of())), "before", reader.now()));
        assertThat(fetch(client)).isEmpty();
    }

    private void answeringWithAnothers() {
        answering(record(TestPerson.number(2).device(1), "mallory", reader.now()));
    }

    @Test
    void somebodyElsesRecordIsNotTaken() {
        answeringWithAnothers();
        assertThat(fetch(client(reader))).isEmpty();
    }

    @Test
    void twinWithoutAskingWhoseAnothersRecordIsTaken() {
        answeringWithAnothers();
        assertThat(fetch(client(reader, without(MetaCheck.WHOSE), SignatureCheck.BOUNCY_CASTLE)).orElseThrow().name())
                .isEqualTo("mallory");
    }

    private void answeringForged() {
        answering(unsigned(phone, "mallory", reader.now()).with().put("sig", new byte[256]).build());
    }

    @Test
    void aForgedRecordIsNotTaken() {
        answeringForged();
        assertThat(fetch(client(reader))).isEmpty();
    }

    @Test
    void twinWithoutSignaturesAForgedRecordIsTaken() {
        answeringForged();
        assertThat(fetch(client(reader, ALL, TestNet.ACCEPT_ALL)).orElseThrow().name()).isEqualTo("mallory");
    }

    @Test
    void oneHolderThatTalksNonsenseDoesNotHideTheOthers() {
        put(holders.get(0), record("alice", reader.now()));
        holders.get(1).node().rpc().handle("meta_get", Carrier.LINK,
                request -> CompletableFuture.completedFuture(BDict.builder().put("meta", "nonsense").build()));
        assertThat(fetch(client(reader)).orElseThrow().name()).isEqualTo("alice");
    }
}
