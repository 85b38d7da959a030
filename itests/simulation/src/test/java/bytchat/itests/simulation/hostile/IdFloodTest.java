package bytchat.itests.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.hash.sha1.internal.Sha1;
import bytchat.itests.simulation.hostile.IdFlood.Outcome;
import bytchat.routing.kademlia.internal.KademliaDefences;
import org.junit.jupiter.api.Test;

/** Ever new ids from two addresses, and a restart while they go on. */
class IdFloodTest {
    private static final long SEED = 1;
    private static final int IDS = 100_000;

    @Test
    void aFloodOfIdsFromTwoAddressesHasFewPlacesAndTheNodeGoesBackToHonestOnes() {
        Outcome outcome = IdFlood.run(SEED, new Sha1(), IDS, KademliaDefences.ALL);
        System.out.printf("%,d ids from 2 addresses, seed %d, after the restart: %s%n", IDS, SEED, outcome);
        assertThat(outcome.attackerEntries()).as("%s", outcome).isLessThanOrEqualTo(10);
        assertThat(outcome.honestLinks()).as("%s", outcome).isGreaterThanOrEqualTo(8);
        assertThat(outcome.honestAsked()).as("%s", outcome).isGreaterThanOrEqualTo(8);
    }

    @Test
    void twin_withoutLimitsOnGroupsOfAddressesTheTableIsTheirs() {
        Outcome outcome = IdFlood.run(SEED, new Sha1(), IDS / 5, KademliaDefences.without("groupLimits"));
        assertThat(outcome.attackerEntries()).as("%s", outcome).isGreaterThan(outcome.entries() / 2);
    }
}
