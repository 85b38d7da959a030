package bytchat.messaging.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two devices of Alice, sometimes three, and one of Bob, in foul weather, with crashes at any commit, links that come and go, and messages
 * from everybody to everybody: in the end all of Alice's show the same, all that was promised, once. A failing run says its seed, which
 * replays it.
 */
class OwnDevicesRandomTest {
    private static final int ROUNDS = Integer.getInteger("bytchat.messaging.devices.rounds", 20);
    private static final long ONLY = Long.getLong("bytchat.messaging.devices.seed", 0L);

    @Test
    void allDevicesShowAllOfItOnce() {
        for (long seed = ONLY == 0 ? 1 : ONLY; seed <= (ONLY == 0 ? ROUNDS : ONLY); seed++) {
            try {
                run(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void run(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        Random chance = new Random(seed);
        PostOffice office = new PostOffice(SimulatedNode.keySpace(seed % 2 == 0 ? new Sha512() : new Sha1(), Optional.of("bytchat")), seed,
                seed % 3 == 0 ? PostOffice.Weather.FINE : PostOffice.Weather.FOUL);
        SiblingWire wire = new SiblingWire(seed);
        Person phone = new Person(world, office, "alice", "10.0.0.1").start();
        Person bob = new Person(world, office, "bob", "10.0.0.2").start();
        Person laptop = phone.onAnotherNode(2, "10.0.0.3");
        // imported from the same file: their device lists have the same number and leave each other out
        Person tablet = phone.onAnotherNode(3, "10.0.0.4");
        boolean three = seed % 4 == 0;
        List<String> toBob = new ArrayList<>();
        List<String> toAlice = new ArrayList<>();
        phone.add(bob);
        bob.add(phone);
        int arrives = chance.nextInt(10);
        List<Person> people = new ArrayList<>(List.of(phone, bob));
        for (int step = 0; step < 25; step++) {
            if (step == arrives) {
                people.add(laptop.start());
                world.run(Duration.ofSeconds(5));
                laptop.add(bob);
            }
            if (three && step == arrives + 5) {
                people.add(tablet.start());
            }
            Person person = people.get(chance.nextInt(people.size()));
            switch (chance.nextInt(7)) {
                case 0 -> person.disk.crashAt(1 + chance.nextInt(10), chance.nextBoolean());
                case 1 -> person.restart();
                case 2 -> wire.cut();
                case 3, 4 -> {
                    if (step > arrives) {
                        wire.cut();
                        wire.connect(phone, laptop);
                        if (people.contains(tablet)) {
                            wire.connect(chance.nextBoolean() ? phone : laptop, tablet);
                        }
                    }
                }
                default -> {
                    String text = "step " + step;
                    boolean knowsBob = person != tablet || !tablet.await(tablet.messenger.contacts()).isEmpty();
                    if (person != bob && knowsBob && trySend(person, bob, text)) {
                        toBob.add(text);
                    }
                    if (person == bob && trySend(bob, phone, text)) {
                        toAlice.add(text);
                    }
                }
            }
            world.run(Duration.ofSeconds(chance.nextInt(90)));
            people.stream().filter(p -> !p.host.alive()).forEach(Person::start);
        }
        for (int quarter = 0; quarter < 48 * 2; quarter++) {
            people.stream().filter(p -> !p.host.alive()).forEach(Person::start);
            if (quarter % 8 == 0) {
                wire.cut();
                world.run(Duration.ofSeconds(30));
                wire.connect(phone, laptop);
                if (three) {
                    wire.connect(laptop, tablet);
                }
            }
            world.run(Duration.ofMinutes(30));
        }
        check(seed, phone, laptop, bob, toBob, toAlice);
        if (three) {
            check(seed, phone, tablet, bob, toBob, toAlice);
            assertThat(tablet.account.credentials().devices().devices()).as("seed " + seed).hasSize(3)
                    .isEqualTo(phone.account.credentials().devices().devices());
        }
    }

    /** A send that a crash cuts off is not promised; it may arrive all the same. */
    private static boolean trySend(Person from, Person to, String text) {
        var stage = from.messenger.send(to.messenger.self().fingerprint(), "text/plain", text.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture();
        from.world.runUntil(() -> stage.isDone() || !from.host.alive(), Duration.ofMinutes(1));
        if (!from.host.alive()) {
            from.start();
        }
        return stage.isDone() && !stage.isCompletedExceptionally();
    }

    private static void check(long seed, Person phone, Person laptop, Person bob, List<String> toBob, List<String> toAlice) {
        String why = "seed " + seed + "\nphone " + phone.messenger.status() + "\nlaptop " + laptop.messenger.status() + "\nbob "
                + bob.messenger.status();
        assertThat(bob.inbox()).as(why).containsAll(toBob).doesNotHaveDuplicates();
        assertThat(phone.inbox()).as(why).containsAll(toAlice).doesNotHaveDuplicates();
        assertThat(phone.shown()).as(why).doesNotHaveDuplicates();
        assertThat(laptop.shown()).as(why).doesNotHaveDuplicates();
        assertThat(new HashSet<>(phone.shown())).as(why).isEqualTo(new HashSet<>(laptop.shown()));
        assertThat(bob.outbox()).as(why).isSubsetOf("delivered");
        assertThat(phone.outbox()).as(why).isSubsetOf("delivered");
        assertThat(laptop.outbox()).as(why).isSubsetOf("delivered");
    }
}
