package bytchat.stores.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.State;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.Stores.Moved;
import bytchat.api.store.Stores.StoreInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Records move from one store to another while mail comes and goes. */
class MoveTest {
    private static final int SEEDS = 150;
    private static final Duration WHILE = Duration.ofMillis(400);

    @Test
    void aMoveUnderTrafficLosesAndRevivesNothing() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Machine machine = moved(seed, Safeguards.ALL);
            assertThat(machine.wrong()).as("seed " + seed).isEmpty();
            assertThat(machine.refused).as("seed " + seed).isEmpty();
            assertThat(machine.stored).hasSize(400);
            assertThat(machine.one.real().stats().envelopes()).as("left behind").isZero();
            assertThat(machine.one.isOpen()).isFalse();
        }
    }

    /** The twin: what was written while pages were copied is not copied again. */
    @Test
    void withoutFollowingChangesMailIsLost() {
        assertThat(seedsGoneWrong(new Safeguards(false, true, true))).isPositive();
    }

    /** The twin: the last changes are copied while writes go on. */
    @Test
    void withoutHoldingWritesMailIsLost() {
        assertThat(seedsGoneWrong(new Safeguards(true, false, true))).isPositive();
    }

    private static int seedsGoneWrong(Safeguards safeguards) {
        int wrong = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            wrong += moved(seed, safeguards).wrong().isEmpty() ? 0 : 1;
        }
        return wrong;
    }

    private static Machine moved(long seed, Safeguards safeguards) {
        Machine machine = new Machine(seed, safeguards);
        machine.start();
        machine.time.run(Duration.ofMillis(20));
        machine.traffic(WHILE, 400);
        machine.time.run(machine.time.upTo(WHILE.dividedBy(2)));
        CompletableFuture<Moved> moved = machine.stores().switchTo(Kind.MAILBOX, "two").toCompletableFuture();
        machine.time.run(Duration.ofSeconds(2));
        assertThat(moved).as("seed " + seed).isCompleted();
        assertThat(machine.active(Kind.MAILBOX)).contains("two");
        return machine;
    }

    @Test
    void aCrashAtAnyMomentOfAMoveLosesNothingThatWasPromised() {
        int before = 0;
        int after = 0;
        for (int seed = 0; seed < 2 * SEEDS; seed++) {
            Machine machine = new Machine(seed, Safeguards.ALL);
            machine.start();
            machine.time.run(Duration.ofMillis(20));
            machine.traffic(WHILE, 400);
            machine.time.run(Duration.ofMillis(100));
            machine.stores().switchTo(Kind.MAILBOX, "two");
            machine.time.run(machine.time.upTo(Duration.ofMillis(500)));
            machine.crash();
            if (machine.active(Kind.MAILBOX).orElseThrow().equals("two")) {
                after++;
            } else {
                before++;
            }
            machine.start();
            machine.time.run(Duration.ofSeconds(2));
            assertThat(machine.wrong()).as("seed " + seed).isEmpty();
            // and on
            machine.traffic(WHILE, 50);
            machine.time.run(Duration.ofSeconds(2));
            String there = machine.active(Kind.MAILBOX).orElseThrow();
            machine.stores().switchTo(Kind.MAILBOX, there.equals("two") ? "one" : "two");
            machine.time.run(Duration.ofSeconds(3));
            assertThat(machine.active(Kind.MAILBOX)).isNotEqualTo(Optional.of(there));
            assertThat(machine.wrong()).as("seed " + seed + ", moved again").isEmpty();
        }
        assertThat(before).as("crashes before it counted").isPositive();
        assertThat(after).as("crashes after it counted").isPositive();
    }

    @Test
    void whatLiesInTheOtherStoreFromAnEarlierTimeDoesNotComeBack() {
        assertThat(backAndForthWithOneThatCannotBeEmptied(Safeguards.ALL)).isEmpty();
    }

    /** The twin: the store that is moved to keeps what it had. */
    @Test
    void withoutEmptyingFirstOldMailComesBack() {
        assertThat(backAndForthWithOneThatCannotBeEmptied(new Safeguards(true, true, false))).isNotEmpty();
    }

    private static List<StoredEnvelope> backAndForthWithOneThatCannotBeEmptied(Safeguards safeguards) {
        Machine machine = new Machine(1, safeguards);
        machine.start();
        machine.traffic(WHILE, 100);
        machine.time.run(Duration.ofSeconds(1));
        machine.one.erases(false);
        machine.stores().switchTo(Kind.MAILBOX, "two");
        machine.time.run(Duration.ofSeconds(1));
        machine.one.erases(true);
        assertThat(machine.one.real().stats().envelopes()).as("stale").isPositive();
        machine.fetchAllAndForget();
        machine.stores().switchTo(Kind.MAILBOX, "one");
        machine.time.run(Duration.ofSeconds(2));
        assertThat(machine.active(Kind.MAILBOX)).contains("one");
        return machine.waiting();
    }

    @Test
    void aMoveThatCannotBeMadeLeavesEverythingAsItWas() {
        Machine machine = new Machine(3, Safeguards.ALL);
        machine.start();
        machine.traffic(WHILE, 300);
        machine.two.restoresLeft(2);
        machine.time.run(Duration.ofMillis(200));
        CompletableFuture<Moved> moved = machine.stores().switchTo(Kind.MAILBOX, "two").toCompletableFuture();
        machine.time.run(Duration.ofSeconds(2));

        assertThat(moved).isCompletedExceptionally();
        moved.handle((done, failure) -> assertThat(failure).isInstanceOf(StoreException.class)
                .hasMessage("the mailbox store stays one: two takes no more")).join();
        assertThat(machine.wrong()).isEmpty();
        assertThat(machine.active(Kind.MAILBOX)).contains("one");
        assertThat(machine.two.isOpen()).isFalse();
        StoreInfo active = machine.stores().list().stream().filter(store -> store.kind() == Kind.MAILBOX && store.active())
                .findFirst().orElseThrow();
        assertThat(active.name()).isEqualTo("one");
        assertThat(active.status().reason()).contains("two takes no more");
        // and once it can be made, it is
        machine.two.restoresLeft(Integer.MAX_VALUE);
        machine.now(machine.stores().switchTo(Kind.MAILBOX, "two"));
        machine.time.run(Duration.ofSeconds(2));
        assertThat(machine.active(Kind.MAILBOX)).contains("two");
        assertThat(machine.wrong()).isEmpty();
    }

    @Test
    void aSecondMoveOfTheSameKindIsRefusedWhileOneIsUnderWay() {
        Machine machine = new Machine(4, Safeguards.ALL);
        machine.start();
        machine.traffic(WHILE, 300);
        machine.time.run(Duration.ofSeconds(1));
        machine.stores().switchTo(Kind.MAILBOX, "two");
        CompletableFuture<Moved> second = machine.stores().switchTo(Kind.MAILBOX, "two").toCompletableFuture();
        machine.time.run(Duration.ofMillis(1));
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void aStoreThatIsNotInstalledIsNamed() {
        Machine machine = new Machine(5, Safeguards.ALL);
        machine.start();
        machine.time.run(Duration.ofSeconds(1));
        CompletableFuture<Moved> moved = machine.stores().switchTo(Kind.MAILBOX, "three").toCompletableFuture();
        machine.time.run(Duration.ofMillis(1));
        moved.handle((done, failure) -> assertThat(failure).hasMessageContaining("no mailbox store called three is installed, only one, two"))
                .join();
    }

    /** An operator's edit, made while the node ran or while it was off. */
    @Test
    void configurationMovesTheRecords() {
        Machine machine = new Machine(6, Safeguards.ALL);
        machine.start();
        machine.traffic(WHILE, 100);
        machine.time.run(Duration.ofSeconds(1));
        machine.stores().want(Kind.MAILBOX, "two");
        machine.time.run(Duration.ofSeconds(1));
        assertThat(machine.active(Kind.MAILBOX)).contains("two");
        assertThat(machine.wrong()).isEmpty();
        machine.crash();
        machine.configure("one");
        machine.start();
        machine.time.run(Duration.ofSeconds(1));
        assertThat(machine.active(Kind.MAILBOX)).contains("one");
        assertThat(machine.wrong()).isEmpty();
    }

    /** A bundle is updated: its store goes, with calls under way, and comes again. */
    @Test
    void callsWaitForAStoreThatGoesAndComesAgain() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Machine machine = new Machine(seed, Safeguards.ALL);
            machine.start();
            machine.time.run(Duration.ofMillis(50));
            machine.traffic(WHILE, 200);
            for (int update = 0; update < 5; update++) {
                machine.time.run(machine.time.upTo(Duration.ofMillis(60)));
                machine.one.goes();
                machine.time.run(machine.time.upTo(Duration.ofMillis(3)));
                machine.stores().remove(Kind.MAILBOX, machine.one);
                machine.time.run(machine.time.upTo(Duration.ofMillis(20)));
                machine.stores().addMailbox(machine.one.in(machine.process()));
            }
            machine.time.run(Duration.ofSeconds(3));
            assertThat(machine.stored).as("seed " + seed + " " + machine.refused).hasSizeGreaterThan(150);
            assertThat(machine.wrong()).as("seed " + seed).isEmpty();
        }
    }

    @Test
    void callsFailWithASentenceWhenTheStoreStaysAway() {
        Machine machine = new Machine(8, Safeguards.ALL);
        machine.start();
        machine.time.run(Duration.ofMillis(50));
        machine.stores().remove(Kind.MAILBOX, machine.one);
        machine.traffic(Duration.ofMillis(10), 10);
        machine.time.run(Duration.ofSeconds(14));
        assertThat(machine.refused).isEmpty();
        machine.time.run(Duration.ofSeconds(3));
        assertThat(machine.refused).hasSize(10).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(StoreException.class).hasMessageContaining("has not been there for 15 s"));
        StoreInfo info = machine.stores().list().stream().filter(store -> store.kind() == Kind.MAILBOX).findFirst().orElseThrow();
        assertThat(info.status().state()).isEqualTo(State.WAITING);
        assertThat(info.installed()).isFalse();
    }

    @Test
    void noMoreThanSoManyCallsWait() {
        Machine machine = new Machine(9, Safeguards.ALL);
        machine.start();
        machine.time.run(Duration.ofMillis(50));
        machine.stores().remove(Kind.MAILBOX, machine.one);
        machine.traffic(Duration.ofMillis(10), Gate.WAITING_MAX + 7);
        machine.time.run(Duration.ofMillis(100));
        assertThat(machine.refused).hasSize(7).allSatisfy(failure ->
                assertThat(((StoreException) failure).reason()).isEqualTo(StoreException.Reason.FULL));
    }

    @Test
    void whoeverRemovesTheBundleOfTheActiveStoreIsTold() {
        Machine machine = new Machine(10, Safeguards.ALL);
        machine.start();
        machine.time.run(Duration.ofMillis(20));
        machine.traffic(Duration.ofMillis(50), 12);
        machine.time.run(Duration.ofSeconds(1));
        List<String> sentences = new ArrayList<>(machine.stores().cutOffBy(Set.of("bundle.one")));
        assertThat(sentences).singleElement().asString().matches(
                "the mailbox store of this node is one, with \\d+ envelopes: move them first with store switch mailbox two");
        assertThat(machine.stores().cutOffBy(Set.of("bundle.two"))).isEmpty();
    }

    /** Its bundle goes, while it still does what it was asked: a write that was not copied any more must not be left behind. */
    @Test
    void aStoreThatGoesWhileItIsMovedKeepsWhatItTook() {
        int stayed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Machine machine = new Machine(seed, Safeguards.ALL);
            machine.start();
            machine.time.run(Duration.ofMillis(20));
            machine.traffic(WHILE, 400);
            machine.time.run(Duration.ofMillis(100));
            machine.stores().switchTo(Kind.MAILBOX, "two");
            machine.time.run(machine.time.upTo(Duration.ofMillis(500)));
            machine.stores().remove(Kind.MAILBOX, machine.one);
            machine.time.run(Duration.ofSeconds(1));
            stayed += machine.active(Kind.MAILBOX).orElseThrow().equals("one") ? 1 : 0;
            machine.stores().addMailbox(machine.one);
            machine.time.run(Duration.ofSeconds(2));
            assertThat(machine.wrong()).as("seed " + seed).isEmpty();
            assertThat(machine.refused).as("seed " + seed).isEmpty();
            assertThat(machine.stored).hasSize(400);
        }
        assertThat(stayed).as("moves that were given up").isPositive();
    }

    /** The next one comes while calls on the one before it are under way, and goes before they have ended. */
    @Test
    void aStoreThatWasOnlyAboutToServeDoesNotServeOnceItHasGone() {
        VirtualTime time = new VirtualTime(1);
        Gate<String> gate = new Gate<>("test", time.new Process(), Duration.ofSeconds(15));
        CompletableFuture<String> slow = new CompletableFuture<>();
        gate.serve("one");
        time.run(Duration.ofMillis(1));
        gate.read(store -> slow);
        gate.pause();
        gate.serve("two");
        gate.pause();
        slow.complete("done");
        time.run(Duration.ofMillis(1));
        assertThat(gate.serving()).isEmpty();
        CompletableFuture<String> read = gate.read(store -> CompletableFuture.completedFuture(store)).toCompletableFuture();
        gate.serve("three");
        time.run(Duration.ofMillis(1));
        assertThat(read).isCompletedWithValue("three");
    }
}
