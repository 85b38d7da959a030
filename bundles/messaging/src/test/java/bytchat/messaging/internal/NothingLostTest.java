package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong on the way: what was promised arrives, once. A failing run says its seed, which replays it. */
class NothingLostTest {
    private static final int ROUNDS = Integer.getInteger("bytchat.messaging.rounds", 12);

    @Test
    void inFoulWeatherWithCrashesNothingIsLostOrShownTwice() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            foulWeather(seed);
        }
    }

    private static void foulWeather(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        Random chance = new Random(seed);
        PostOffice office = new PostOffice(SimulatedNode.keySpace(seed % 2 == 0 ? new Sha512() : new Sha1(), Optional.of("bytchat")),
                seed, PostOffice.Weather.FOUL);
        Person alice = new Person(world, office, "alice", "10.0.0.1").start();
        Person bob = new Person(world, office, "bob", "10.0.0.2").start();
        alice.add(bob);
        bob.add(alice);
        List<List<String>> promised = List.of(new ArrayList<>(), new ArrayList<>());
        List<Person> people = List.of(alice, bob);
        for (int step = 0; step < 30; step++) {
            int who = chance.nextInt(2);
            Person person = people.get(who);
            switch (chance.nextInt(4)) {
                case 0 -> {
                    person.disk.crashAt(1 + chance.nextInt(6), chance.nextBoolean());
                }
                case 1 -> person.restart();
                default -> {
                    String text = "seed " + seed + " step " + step;
                    if (trySend(person, people.get(1 - who), text)) {
                        promised.get(who).add(text);
                    }
                }
            }
            world.run(Duration.ofSeconds(chance.nextInt(60)));
            people.stream().filter(p -> !p.host.alive()).forEach(Person::start);
        }
        settle(world, people);
        check("seed " + seed, alice, bob, promised.get(0));
        check("seed " + seed, bob, alice, promised.get(1));
    }

    /** A send that a crash cuts off is not promised; it may arrive all the same. */
    private static boolean trySend(Person from, Person to, String text) {
        var stage = from.messenger.send(to.messenger.self().fingerprint(), "text/plain", text.getBytes()).toCompletableFuture();
        from.world.runUntil(() -> stage.isDone() || !from.host.alive(), Duration.ofMinutes(1));
        if (!from.host.alive()) {
            from.start();
        }
        return stage.isDone() && !stage.isCompletedExceptionally();
    }

    private static void settle(SimulatedWorld world, List<Person> people) {
        for (int hour = 0; hour < 48; hour++) {
            world.run(Duration.ofHours(1));
            people.stream().filter(p -> !p.host.alive()).forEach(Person::start);
        }
    }

    private static void check(String seed, Person from, Person to, List<String> promised) {
        List<String> received = to.inbox();
        assertThat(received).as(seed).containsAll(promised);
        assertThat(new HashSet<>(received)).as(seed + ": shown once").hasSameSizeAs(received);
        assertThat(from.outbox()).as(seed + " " + from.messenger.status()).containsOnly("delivered");
    }

    /** Every commit point of the first conversation, on either side, with the power going before and after the write. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCrashAtEveryCommitPointLosesNothing(boolean before) {
        for (int at = 1; at <= 12; at++) {
            for (boolean sender : new boolean[] {true, false}) {
                crashAt(at, before, sender);
            }
        }
    }

    private static void crashAt(int at, boolean before, boolean sender) {
        String when = "commit " + at + (before ? " before" : " after") + " it is durable, at the " + (sender ? "sender" : "receiver");
        SimulatedWorld world = new SimulatedWorld(at);
        PostOffice office =
                new PostOffice(SimulatedNode.keySpace(new Sha512(), Optional.of("bytchat")), at, PostOffice.Weather.FINE);
        Person alice = new Person(world, office, "alice", "10.0.0.1").start();
        Person bob = new Person(world, office, "bob", "10.0.0.2").start();
        Person crashing = sender ? alice : bob;
        List<Person> people = List.of(alice, bob);
        // Texts in which the user insists until the node has promised: what was not promised may be lost, or arrive once more.
        crashing.disk.crashAt(at, before);
        insist(alice, () -> alice.messenger.addContact(bob.messenger.self().link(), Optional.empty()));
        insist(bob, () -> bob.messenger.addContact(alice.messenger.self().link(), Optional.empty()));
        insist(alice, () -> alice.messenger.send(bob.messenger.self().fingerprint(), "text/plain", "one".getBytes()));
        insist(bob, () -> bob.messenger.send(alice.messenger.self().fingerprint(), "text/plain", "two".getBytes()));
        settle(world, people);
        assertThat(new HashSet<>(bob.inbox())).as(when).containsExactly("one");
        assertThat(new HashSet<>(alice.inbox())).as(when).containsExactly("two");
        long oneSent = alice.disk.all(MessageRecord.class).stream().filter(MessageRecord::outgoing).count();
        assertThat(bob.inbox()).as(when + ": as often as it was sent").hasSize((int) oneSent);
        assertThat(alice.outbox()).as(when).containsOnly("delivered");
        assertThat(bob.outbox()).as(when).containsOnly("delivered");
    }

    private static void insist(Person person, java.util.function.Supplier<java.util.concurrent.CompletionStage<?>> wish) {
        for (int attempt = 0; attempt < 5; attempt++) {
            var stage = wish.get().toCompletableFuture();
            person.world.runUntil(() -> stage.isDone() || !person.host.alive(), Duration.ofMinutes(1));
            boolean promised = stage.isDone() && !stage.isCompletedExceptionally();
            if (!person.host.alive()) {
                person.start();
            }
            if (promised) {
                return;
            }
        }
        throw new AssertionError("never promised");
    }
}
