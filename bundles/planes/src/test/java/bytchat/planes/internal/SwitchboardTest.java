package bytchat.planes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.plane.Planes.Role;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SwitchboardTest {
    private static final Duration READY_LIMIT = PlanesSettings.DEFAULTS.ready();

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final Environment environment = world.host("10.0.0.1", 4_000).environment();
    private final KeySpace keySpace = SimulatedNode.keySpace(new Sha512(), Optional.of("test"));
    private final ScriptedPlane mailbox = plane("mailbox");
    private final ScriptedPlane direct = plane("direct");
    private final List<String> written = new ArrayList<>();
    private boolean diskFull;
    private Switchboard board = board(PlanesSettings.DEFAULTS, EnumSet.allOf(Defence.class));

    private ScriptedPlane plane(String name) {
        return new ScriptedPlane(name, keySpace, environment);
    }

    private Switchboard board(PlanesSettings settings, Set<Defence> defences) {
        return new Switchboard(environment, settings, this::keep, defences);
    }

    private CompletionStage<Void> keep(String active) {
        return environment.workers().submit(() -> {
            if (diskFull) {
                throw new IOException("No space left on device");
            }
            written.add(active);
            return null;
        });
    }

    private Sender both() {
        board.add(mailbox, "bytchat.plane.mailbox");
        board.add(direct, "bytchat.plane.direct");
        return new Sender(environment, board);
    }

    private CompletableFuture<Void> switchTo(String name) {
        return board.switchTo(name).toCompletableFuture();
    }

    private String refusal(CompletableFuture<Void> stage) {
        assertThat(world.runUntil(stage::isDone, Duration.ofMinutes(1))).isTrue();
        assertThat(stage).isCompletedExceptionally();
        Throwable failure = Failures.cause(stage.handle((x, e) -> e).join());
        assertThat(failure).isInstanceOf(PlaneException.class);
        return failure.getMessage();
    }

    private PlaneInfo info(String name) {
        return board.list().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }

    // ---- who sends, who receives

    @Test
    void theActivePlaneSendsAndEveryPlaneReceives() {
        Sender ada = both();
        ada.send();
        world.run(Duration.ofSeconds(1));
        assertThat(mailbox.taken).hasSize(1);
        assertThat(direct.taken).isEmpty();
        mailbox.bring(Sender.envelope(7));
        direct.bring(Sender.envelope(8));
        assertThat(ada.received).extracting(e -> e.sequence()).containsExactly(7L, 8L);
        assertThat(board.list()).extracting(PlaneInfo::name, PlaneInfo::role).containsExactly(
                tuple("mailbox", Role.ACTIVE), tuple("direct", Role.RECEIVING));
    }

    /** Attached once more, it would take what comes from whoever the account has attached instead. */
    @Test
    void anAccountThatIsLeavingIsAttachedToNoPlaneAnyMore() {
        Sender ada = both();
        ada.send();
        ada.attachment.drain();
        ScriptedPlane later = plane("later");
        board.add(later, "bytchat.plane.later");
        assertThat(later.uses).isEmpty();
        assertThat(direct.uses).as("it had nothing to finish, and has ended").hasSize(1);
        world.run(Duration.ofSeconds(1));
        assertThat(mailbox.taken).hasSize(1);
        assertThat(mailbox.open()).isEmpty();
    }

    @Test
    void onlyTheActivePlaneReceivesIfConfigured() {
        board = board(PlanesSettings.DEFAULTS.withReceiveAll(false), EnumSet.allOf(Defence.class));
        Sender ada = both();
        assertThat(direct.uses).isEmpty();
        assertThat(info("direct").role()).isEqualTo(Role.OFF);
        assertThat(info("direct").status()).extracting(Status::state, Status::reason)
                .containsExactly(State.OFF, "only the active plane receives (receive=active)");
        ada.send();
        CompletableFuture<Void> switched = switchTo("direct");
        assertThat(world.runUntil(switched::isDone, Duration.ofMillis(50))).isTrue();
        assertThat(info("mailbox").role()).isEqualTo(Role.DRAINING);
        mailbox.bring(Sender.envelope(7));
        assertThat(ada.received).as("it receives while it drains").hasSize(1);
        world.run(Duration.ofSeconds(1));
        assertThat(mailbox.taken).as("what it was sending it has sent").hasSize(1);
        assertThat(mailbox.cut).isZero();
        assertThat(mailbox.open()).isEmpty();
        assertThat(direct.open()).hasSize(1);
    }

    @Test
    void onlyWhoSendsMayHaveItsMailTriedAgain() {
        Sender ada = both();
        int before = ada.retries;
        direct.open().get(0).inbound.retry(Optional.empty());
        assertThat(ada.retries).isEqualTo(before);
        mailbox.open().get(0).inbound.retry(Optional.empty());
        assertThat(ada.retries).isEqualTo(before + 1);
    }

    // ---- the switch

    @Test
    void aSwitchWaitsUntilTheNewPlaneIsReadyAndNobodyNotices() {
        Sender ada = ready(EnumSet.allOf(Defence.class));
        assertThat(ada.longest).as("every send was taken within one send's time").isEqualTo(ScriptedPlane.LATENCY);
        assertThat(mailbox.taken).hasSizeBetween(298, 306);
        assertThat((long) board.status().facts().get("pause_last_ms")).isBetween(0L, ScriptedPlane.LATENCY.toMillis());
        assertThat(written).containsExactly("direct");
    }

    @Test
    void twin_breakBeforeMakeIsNoticed() {
        Sender ada = ready(EnumSet.of(Defence.DRAIN, Defence.SEND_AGAIN));
        assertThat(ada.longest).isGreaterThan(Duration.ofSeconds(1));
        assertThat((long) board.status().facts().get("pause_last_ms")).isGreaterThan(1_000);
    }

    /** 100 envelopes a second; the new plane needs 2 s to become ready. */
    private Sender ready(Set<Defence> defences) {
        board = board(PlanesSettings.DEFAULTS, defences);
        Sender ada = both();
        direct.ready = false;
        ada.sendEvery(Duration.ofMillis(10), 600);
        world.run(Duration.ofSeconds(1));
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(Duration.ofSeconds(1));
        assertThat(switched.isDone()).isEqualTo(!defences.contains(Defence.MAKE_BEFORE_BREAK));
        assertThat(info("direct").role()).isEqualTo(defences.contains(Defence.MAKE_BEFORE_BREAK) ? Role.PREPARING : Role.ACTIVE);
        world.run(Duration.ofSeconds(1));
        direct.ready = true;
        world.run(Duration.ofSeconds(10));
        assertThat(switched).isCompleted();
        assertThat(ada.idle()).isTrue();
        assertThat(mailbox.taken.size() + direct.taken.size()).isEqualTo(600);
        assertThat(mailbox.cut).isZero();
        return ada;
    }

    @Test
    void aPlaneThatIsNotReadyInTimeIsNotMadeActive() {
        Sender ada = both();
        direct.ready = false;
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(READY_LIMIT.minusSeconds(1));
        assertThat(switched).isNotDone();
        assertThat(refusal(switched)).isEqualTo(
                "the direct plane is not ready: looking around (waited 20 s); the mailbox plane stays active");
        assertThat(written).isEmpty();
        ada.send();
        world.run(Duration.ofSeconds(1));
        assertThat(mailbox.taken).hasSize(1);
        assertThat(board.status().state()).isEqualTo(State.READY);
        assertThat(board.status().facts()).containsEntry("switches", 0L).containsEntry("switches_failed", 1L);
    }

    @Test
    void whatIsNotInstalledIsRefusedAtOnce() {
        both();
        assertThat(refusal(switchTo("pigeon"))).isEqualTo(
                "the plane pigeon is not installed: feature install pigeon-plane (installed: direct, mailbox)");
    }

    @Test
    void aPlaneThatGoesBeforeItIsReadyEndsTheSwitch() {
        both();
        direct.ready = false;
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(Duration.ofSeconds(1));
        board.remove(direct);
        assertThat(refusal(switched)).contains("the plane direct is not installed").contains("mailbox plane stays active");
    }

    @Test
    void aPlaneThatGoesWhileTheChoiceIsWrittenIsNotChosen() {
        both();
        CompletableFuture<Void> switched = switchTo("direct");
        environment.loop().execute(() -> board.remove(direct));
        assertThat(refusal(switched)).contains("not installed");
        assertThat(written).containsExactly("direct", "mailbox");
        assertThat(board.active()).isEqualTo("mailbox");
    }

    @Test
    void aChoiceThatCannotBeWrittenIsNone() {
        both();
        diskFull = true;
        assertThat(refusal(switchTo("direct"))).isEqualTo(
                "the configuration could not be written: No space left on device; the mailbox plane stays active");
        assertThat(board.active()).isEqualTo("mailbox");
    }

    @Test
    void oneSwitchAtATime() {
        both();
        ScriptedPlane pigeon = plane("pigeon");
        board.add(pigeon, "bytchat.plane.pigeon");
        direct.ready = false;
        CompletableFuture<Void> first = switchTo("direct");
        CompletableFuture<Void> same = switchTo("direct");
        assertThat(refusal(switchTo("pigeon"))).isEqualTo("a switch to the plane direct is under way: try again when it has ended");
        direct.ready = true;
        world.run(Duration.ofSeconds(1));
        assertThat(first).isCompleted();
        assertThat(same).isCompleted();
    }

    @Test
    void switchingToTheActivePlaneChangesNothing() {
        both();
        mailbox.ready = false;
        CompletableFuture<Void> switched = switchTo("mailbox");
        world.run(Duration.ofSeconds(1));
        assertThat(switched).isCompleted();
        assertThat(board.status().facts()).containsEntry("switches", 0L);
    }

    // ---- what was on its way

    @Test
    void theEarlierPlaneFinishesWhatItIsSending() {
        Sender ada = leftWhileSending(EnumSet.allOf(Defence.class));
        assertThat(mailbox.taken).hasSize(5);
        assertThat(mailbox.cut).isZero();
        assertThat(direct.taken).as("nothing was sent twice").isEmpty();
        assertThat(ada.taken).isEqualTo(5);
    }

    @Test
    void twin_withoutDrainingItIsCutOff() {
        leftWhileSending(EnumSet.complementOf(EnumSet.of(Defence.DRAIN)));
        assertThat(mailbox.taken).isEmpty();
        assertThat(mailbox.cut).isEqualTo(5);
    }

    private Sender leftWhileSending(Set<Defence> defences) {
        board = board(PlanesSettings.DEFAULTS.withReceiveAll(false), defences);
        Sender ada = both();
        for (int i = 0; i < 5; i++) {
            ada.send();
        }
        switchTo("direct");
        world.run(Duration.ofSeconds(5));
        assertThat(ada.idle()).isTrue();
        return ada;
    }

    @Test
    void whatTheEarlierPlaneNeverAnswersGoesByTheNewOneAtOnce() {
        Sender ada = neverAnswered(EnumSet.allOf(Defence.class));
        world.run(ScriptedPlane.LATENCY.plusMillis(1));
        assertThat(direct.taken).hasSize(1);
        assertThat(ada.reasons).isEmpty();
    }

    @Test
    void twin_withoutSendingAgainItWaits() {
        Sender ada = neverAnswered(EnumSet.complementOf(EnumSet.of(Defence.SEND_AGAIN)));
        world.run(ScriptedPlane.LATENCY.plusMillis(1));
        assertThat(direct.taken).isEmpty();
        assertThat(ada.reasons).containsExactly("the mailbox plane did not finish in time");
        world.run(Sender.BACK_OFF);
        assertThat(direct.taken).as("the outbox sends it again later").hasSize(1);
    }

    /** Until the earlier plane's time for draining is over. */
    private Sender neverAnswered(Set<Defence> defences) {
        board = board(PlanesSettings.DEFAULTS, defences);
        Sender ada = both();
        mailbox.silent = true;
        ada.send();
        switchTo("direct");
        world.run(Duration.ofMillis(1));
        assertThat(board.active()).isEqualTo("direct");
        assertThat(info("mailbox").role()).isEqualTo(Role.DRAINING);
        world.run(PlanesSettings.DEFAULTS.drain());
        return ada;
    }

    @Test
    void aPlaneThatNeverAnswersDoesNotHoldWhatItWasGivenForEver() {
        Sender ada = both();
        mailbox.silent = true;
        ada.send();
        world.run(Carrier.SEND_TIMEOUT);
        assertThat(ada.reasons).containsExactly("the mailbox plane did not answer");
    }

    @Test
    void soManyEnvelopesAndNoMoreAreOnTheirWay() {
        Sender ada = both();
        mailbox.silent = true;
        for (int i = 0; i <= Carrier.SENDING_MAX; i++) {
            ada.send();
        }
        assertThat(ada.reasons).containsExactly("the mailbox plane has 1024 envelopes on their way already");
        assertThat(board.status().facts()).containsEntry("sending", Carrier.SENDING_MAX);
    }

    @Test
    void whatWaitsGoesByTheNewPlane() {
        Sender ada = both();
        mailbox.refusing = true;
        ada.send();
        switchTo("direct");
        world.run(ScriptedPlane.LATENCY.plusMillis(5));
        assertThat(direct.taken).hasSize(1);
    }

    // ---- planes that come and go

    @Test
    void whatIsNotInstalledAtTheStartIsWaitedForAndNoOtherTakesItsPlace() {
        board = board(PlanesSettings.DEFAULTS.withActive("direct"), EnumSet.allOf(Defence.class));
        board.add(mailbox, "bytchat.plane.mailbox");
        Sender ada = new Sender(environment, board);
        ada.send();
        world.run(Duration.ofSeconds(1));
        String reason = "the plane direct is not installed: feature install direct-plane (installed: mailbox)";
        assertThat(ada.reasons).containsExactly(reason);
        assertThat(board.status()).extracting(Status::state, Status::reason).containsExactly(State.WAITING, reason);
        assertThat(ada.attachment.status().state()).isEqualTo(State.WAITING);
        assertThat(board.list()).extracting(PlaneInfo::name).containsExactly("direct", "mailbox");
        assertThat(info("direct").installed()).isFalse();
        assertThat(mailbox.taken).isEmpty();
        board.add(direct, "bytchat.plane.direct");
        world.run(ScriptedPlane.LATENCY.plusMillis(1));
        assertThat(direct.taken).as("at once when it comes").hasSize(1);
        assertThat(board.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aSuccessorTakesOverBeforeThePlaneGoes() {
        Sender ada = both();
        ada.send();
        ScriptedPlane successor = plane("mailbox");
        board.add(successor, "bytchat.plane.mailbox");
        ada.send();
        assertThat(mailbox.open().get(0).draining).isTrue();
        world.run(Duration.ofSeconds(1));
        board.remove(mailbox);
        assertThat(mailbox.taken).hasSize(1);
        assertThat(successor.taken).hasSize(1);
        assertThat(mailbox.cut).isZero();
        assertThat(ada.idle()).isTrue();
        assertThat(info("mailbox").role()).isEqualTo(Role.ACTIVE);
    }

    @Test
    void aPlaneThatIsReplacedWithAGapLosesNothing() {
        Sender ada = both();
        ada.sendEvery(Duration.ofMillis(10), 200);
        world.run(Duration.ofSeconds(1));
        mailbox.attachable = false;
        board.remove(mailbox);
        world.run(Duration.ofMillis(500));
        assertThat(direct.taken).as("never silently another").isEmpty();
        assertThat(board.status().state()).isEqualTo(State.WAITING);
        ScriptedPlane successor = plane("mailbox");
        board.add(successor, "bytchat.plane.mailbox");
        world.run(Duration.ofSeconds(5));
        assertThat(ada.idle()).isTrue();
        assertThat(mailbox.taken.size() + successor.taken.size()).isEqualTo(200);
    }

    @Test
    void aPlaneThatDoesNotTakeTheAccountIsNoReasonToFallOver() {
        direct.attachable = false;
        Sender ada = both();
        ada.send();
        assertThat(refusal(switchTo("direct"))).contains("it does not take the account");
        assertThat(mailbox.taken).hasSize(1);
    }

    // ---- by configuration

    @Test
    void configurationSwitchesToo() {
        Sender ada = both();
        board.settings(PlanesSettings.DEFAULTS.withActive("direct"));
        world.run(Duration.ofMillis(10));
        ada.send();
        world.run(Duration.ofSeconds(1));
        assertThat(direct.taken).hasSize(1);
        assertThat(written).as("it is written already").isEmpty();
    }

    @Test
    void whatConfigurationNamesIsTriedUntilItIsReadyWhileTheEarlierOneSends() {
        Sender ada = both();
        direct.ready = false;
        board.settings(PlanesSettings.DEFAULTS.withActive("direct"));
        world.run(READY_LIMIT.plusSeconds(5));
        ada.send();
        world.run(Duration.ofSeconds(1));
        assertThat(mailbox.taken).hasSize(1);
        assertThat(board.status()).extracting(Status::state, Status::reason).containsExactly(State.WAITING,
                "configuration names the plane direct, but the direct plane is not ready: looking around; the mailbox plane still sends");
        assertThat(info("direct").status().reason()).isEqualTo("the direct plane is not ready: looking around");
        direct.ready = true;
        world.run(Duration.ofSeconds(2));
        assertThat(board.active()).isEqualTo("direct");
        assertThat(board.status().state()).isEqualTo(State.READY);
    }

    @Test
    void whatConfigurationNamesAndIsNotInstalledIsUsedWhenItComes() {
        both();
        board.settings(PlanesSettings.DEFAULTS.withActive("pigeon"));
        world.run(Duration.ofSeconds(1));
        assertThat(board.active()).isEqualTo("mailbox");
        assertThat(board.status().reason()).contains("the plane pigeon is not installed");
        assertThat(info("pigeon").installed()).isFalse();
        board.add(plane("pigeon"), "bytchat.plane.pigeon");
        world.run(Duration.ofSeconds(1));
        assertThat(board.active()).isEqualTo("pigeon");
    }

    @Test
    void configurationEndsASwitchToAnotherPlane() {
        both();
        board.add(plane("pigeon"), "bytchat.plane.pigeon");
        direct.ready = false;
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(Duration.ofSeconds(1));
        board.settings(PlanesSettings.DEFAULTS.withActive("pigeon"));
        assertThat(refusal(switched)).isEqualTo("configuration now names the plane pigeon");
        world.run(Duration.ofSeconds(1));
        assertThat(board.active()).isEqualTo("pigeon");
    }

    @Test
    void ourOwnWritingOfTheConfigurationIsNoSecondSwitch() {
        board = new Switchboard(environment, PlanesSettings.DEFAULTS, name -> {
            board.settings(PlanesSettings.DEFAULTS.withActive(name)); // as Configuration Admin tells it, before the stage completes
            return environment.workers().submit(() -> null);
        });
        both();
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(Duration.ofSeconds(1));
        assertThat(switched).isCompleted();
        assertThat(board.status().facts()).containsEntry("switches", 1L).containsEntry("configured", "direct");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PlanesSettings.DEFAULTS.withActive(" "))
                .withMessageContaining("must be the name of a plane");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlanesSettings("mailbox", true, Duration.ZERO, Duration.ofSeconds(1)))
                .withMessage("ready.seconds of bytchat.planes must be 1 to 3600, it is 0");
    }

    // ---- ends

    @Test
    void whatIsInUseSaysWhatToDoFirst() {
        Sender ada = both();
        ada.send();
        assertThat(board.cutOffBy(Set.of("bytchat.plane.mailbox"))).containsExactly(
                "the mailbox plane is active for 1 account, 1 envelope on their way: switch first with plane switch direct");
        assertThat(board.cutOffBy(Set.of("bytchat.plane.mailbox", "bytchat.plane.direct"))).containsExactly(
                "the mailbox plane is active for 1 account, 1 envelope on their way: no other plane would be left, install one first");
        assertThat(board.cutOffBy(Set.of("bytchat.plane.direct"))).isEmpty();
        assertThat(board.cutOffBy(Set.of("bytchat.planes"))).containsExactly("no plane could be used any more by 1 account");
        ada.attachment.close();
        assertThat(board.cutOffBy(Set.of("bytchat.plane.mailbox"))).isEmpty();
    }

    @Test
    void anAccountThatDrainsSendsNoMoreAndReceivesUntilItIsClosed() {
        Sender ada = both();
        ada.send();
        CompletableFuture<Void> drained = ada.attachment.drain().toCompletableFuture();
        ada.send();
        assertThat(ada.reasons).containsExactly("this account's planes are being stopped");
        assertThat(drained).isNotDone();
        mailbox.bring(Sender.envelope(7));
        assertThat(ada.received).hasSize(1);
        world.run(Duration.ofMillis(200));
        assertThat(drained).isCompleted();
        assertThat(mailbox.taken).hasSize(1);
        ada.attachment.close();
        assertThat(mailbox.open()).isEmpty();
        assertThat(direct.open()).isEmpty();
        assertThat(board.status().facts()).containsEntry("accounts", 0);
    }

    @Test
    void closingEndsASwitchAndEveryUse() {
        both();
        direct.ready = false;
        CompletableFuture<Void> switched = switchTo("direct");
        world.run(Duration.ofSeconds(1));
        board.close();
        assertThat(refusal(switched)).isEqualTo("the node is being stopped");
        assertThat(mailbox.open()).isEmpty();
    }
}
