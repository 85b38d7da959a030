package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane.TableEntry;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.routing.kademlia.internal.KademliaTestNet.Router;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Coming back: after a sleep, from another address, from isolation. */
class JoiningTest {
    private static List<Contact> contacts(Router router) {
        return router.kademlia().table().stream().map(TableEntry::contact).toList();
    }

    // ---- sleep

    @Test
    void afterASleepTheContactsAreAskedAgain() {
        assertThat(deadContactIsKnownAfterTwoMinutes(Duration.ofHours(8))).isFalse();
    }

    @Test
    void twin_whoDoesNotNoticeTheSleepBelievesInTheDead() {
        assertThat(deadContactIsKnownAfterTwoMinutes(Duration.ZERO)).isTrue();
    }

    /** A suspended machine's monotonic clock stands still while its wall clock goes on, and others die. */
    private static boolean deadContactIsKnownAfterTwoMinutes(Duration slept) {
        KademliaTestNet net = new KademliaTestNet(31).grow(10);
        Router sleeper = net.routers.get(0);
        Router dead = net.routers.get(4);
        dead.host().crash();
        sleeper.host().clockOffset(slept);
        net.world.run(Duration.ofMinutes(2));
        assertThat(contacts(sleeper)).hasSizeGreaterThanOrEqualTo(8);
        return contacts(sleeper).contains(dead.contact());
    }

    // ---- another address

    @Test
    void withAnotherIdAllContactsAreAskedAgainAndKnowTheNewOne() {
        KademliaTestNet net = new KademliaTestNet(32).grow(10);
        Router moved = net.routers.get(0);
        Router dead = net.routers.get(4);
        dead.host().crash();
        net.run(moved, () -> moved.node().id(net.key("another place")));
        net.world.run(Duration.ofMinutes(2));
        assertThat(contacts(moved)).containsExactlyInAnyOrderElementsOf(net.nearest(moved.node().id(), 10, moved));
        assertThat(net.routers).filteredOn(router -> router != moved && router != dead)
                .allSatisfy(router -> assertThat(contacts(router)).contains(moved.contact()));
    }

    @Test
    void anAddressThatTakesNewIdsHasNoPlaceForLongerAndLonger() {
        assertThat(minutesWithAPlace(KademliaDefences.ALL)).isLessThan(12);
    }

    @Test
    void twin_withoutDistrustItHasOneUnderEachId() {
        assertThat(minutesWithAPlace(KademliaDefences.without("distrustRenamed"))).isGreaterThan(55);
    }

    /** A node whose id is new with each minute, for an hour; it asks the victim under each. */
    private static int minutesWithAPlace(KademliaDefences defences) {
        KademliaTestNet net = new KademliaTestNet(33);
        Router victim = net.router("10.0.0.1", defences);
        Router chameleon = net.router(7, 0);
        net.world.run(Duration.ofSeconds(20));
        int known = 0;
        for (int i = 0; i < 60; i++) {
            Key id = net.key("chameleon " + i);
            net.run(chameleon, () -> chameleon.node().id(id));
            net.world.run(Duration.ofMinutes(1));
            known += contacts(victim).stream().anyMatch(contact -> contact.id().equals(id)) ? 1 : 0;
        }
        return known;
    }

    // ---- isolation

    @Test
    void whoIsCutOffSaysSoAndForgetsNobody() {
        assertThat(contactsLostInAnHour(KademliaDefences.ALL)).isZero();
    }

    @Test
    void twin_otherwiseAnHourWithoutNetworkEmptiesTheTable() {
        assertThat(contactsLostInAnHour(KademliaDefences.without("cutOffIsNoFailure"))).isGreaterThan(10);
    }

    private static int contactsLostInAnHour(KademliaDefences defences) {
        KademliaTestNet net = new KademliaTestNet(34).grow(20);
        Router cut = net.router("10.0.9.9", defences, 0);
        net.world.run(Duration.ofMinutes(1));
        int before = contacts(cut).size();
        assertThat(before).isGreaterThan(15);
        net.world.partition(List.of(cut.host()));
        for (int i = 0; i < 60; i++) {
            Key key = net.key("lost " + i);
            cut.host().environment().loop().execute(() -> cut.kademlia().lookup(key, 8));
            net.world.run(Duration.ofMinutes(1));
        }
        Status status = cut.kademlia().status();
        assertThat(status.state()).isEqualTo(State.JOINING);
        assertThat(status.reason()).startsWith("cut off: none of 1 bootstrap addresses").contains("attempt");
        int lost = before - contacts(cut).size();
        net.world.heal();
        net.world.run(Duration.ofMinutes(2));
        assertThat(cut.kademlia().status().state()).isEqualTo(State.READY);
        assertThat(cut.kademlia().status().reason()).isEmpty();
        assertThat(contacts(cut)).hasSizeGreaterThan(15);
        return lost;
    }

    @Test
    void anIdleNodeThatIsCutOffNoticesWithinTheTimeOfBep5() {
        KademliaTestNet net = new KademliaTestNet(35).grow(20);
        Router cut = net.routers.get(9);
        net.world.partition(List.of(cut.host()));
        net.world.run(Duration.ofMinutes(21));
        assertThat(cut.kademlia().status().state()).isEqualTo(State.JOINING);
        assertThat(cut.kademlia().status().reason()).contains("nobody at all for");
    }

    @Test
    void whoIsAloneSaysSoAndJoinsThroughTheFirstThatIsSuggested() {
        KademliaTestNet net = new KademliaTestNet(36).grow(20);
        Router alone = net.router("10.0.9.9", KademliaDefences.ALL);
        net.world.run(Duration.ofSeconds(1));
        assertThat(alone.kademlia().status().reason()).startsWith("alone: no bootstrap address is configured");
        net.run(alone, () -> alone.kademlia().suggest(List.of(net.routers.get(5).contact())));
        net.world.run(Duration.ofSeconds(3));
        assertThat(contacts(alone)).hasSizeGreaterThan(10);
        assertThat(alone.kademlia().status().reason()).isEmpty();
        assertThat(net.lookup(alone, net.key("x"), 8)).isInstanceOf(LookupResult.Converged.class);
    }

    // ---- who is not to stay hidden

    @Test
    void aNewcomerLooksItselfUpAgainAtGrowingPauses() {
        KademliaTestNet net = new KademliaTestNet(38).grow(20);
        Router newcomer = net.router("10.0.9.9", KademliaDefences.ALL, 0);
        net.world.run(Duration.ofMinutes(1));
        int[] lookups = new int[4];
        List<Integer> minutes = List.of(5, 20, 45, 45);
        for (int i = 0; i < lookups.length; i++) {
            int before = lookups(newcomer);
            net.world.run(Duration.ofMinutes(minutes.get(i)));
            lookups[i] = lookups(newcomer) - before;
        }
        assertThat(lookups[0]).as("after 4 minutes").isEqualTo(1);
        assertThat(lookups[1]).as("after 16 more").isEqualTo(1);
        assertThat(lookups[2] + lookups[3]).as("then every hour").isBetween(1, 2);
    }

    private static int lookups(Router router) {
        return router.kademlia().status().facts().entrySet().stream()
                .filter(fact -> fact.getKey().startsWith("lookups"))
                .mapToInt(fact -> ((Number) fact.getValue()).intValue())
                .sum();
    }

    // ---- restart

    @Test
    void theContactsOfAnEarlierRunAreAskedBeforeTheyAreBelieved() {
        KademliaTestNet net = new KademliaTestNet(37).grow(20);
        Router first = net.routers.get(0);
        first.kademlia().stop();
        net.world.run(Duration.ofSeconds(1));
        List<Contact> dead = IntStream.range(5, 15).mapToObj(i -> net.routers.get(i).contact()).toList();
        IntStream.range(5, 15).forEach(i -> net.routers.get(i).host().crash());
        first.host().crash();
        Router again = net.router(0, first.node().nodeKey());
        net.world.run(Duration.ofMinutes(1));
        assertThat(contacts(again)).hasSizeGreaterThanOrEqualTo(8).doesNotContainAnyElementsOf(dead);
        assertThat(again.kademlia().status().state()).isEqualTo(State.READY);
    }
}
