package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.PaperNetwork.Asker;
import bytchat.routing.kademlia.internal.PaperNetwork.Lie;
import bytchat.routing.kademlia.internal.PaperNetwork.Options;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lookups find among thousands of nodes, against the truth. Each attack has a twin that succeeds with its defence off. */
class LookupOracleTest {
    private static final int K = TableSettings.BUCKET_SIZE;

    /** What a number of lookups came to: shares from 0 to 1, and means. */
    private record Outcome(double complete, double found, double queries, double hops, double millis) {
    }

    private static Outcome lookups(
            PaperNetwork net, int askers, int each, int paths, KademliaDefences defences) {
        int complete = 0;
        double found = 0;
        double wanted = 0;
        double queries = 0;
        double hops = 0;
        double millis = 0;
        for (int i = 0; i < askers; i++) {
            Asker asker = net.asker(KademliaSettings.DEFAULTS, defences);
            for (int j = 0; j < each; j++) {
                Key target = net.randomKey();
                List<Contact> truth = net.holders(target, K);
                LookupResult result = asker.lookup(target, K, paths);
                long there = truth.stream().filter(result.nearest()::contains).count();
                complete += there == truth.size() ? 1 : 0;
                found += there;
                wanted += truth.size();
                queries += result.effort().queries();
                hops += result.effort().hops();
                millis += result.effort().durationNanos() / 1e6;
                net.world.run(Duration.ofSeconds(5));
            }
        }
        int all = askers * each;
        return new Outcome((double) complete / all, found / wanted, queries / all, hops / all, millis / all);
    }

    static Stream<HashAlgorithm> hashes() {
        return Stream.of(new Sha1(), new Sha512());
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void amongHonestNodesTheTrueNearestAreFoundInAFewHops(HashAlgorithm hash) {
        PaperNetwork net = new PaperNetwork(11, hash, Options.HONEST.nodes(3_000));
        for (int paths : new int[] {1, 2, 8}) {
            Outcome outcome = lookups(net, 5, 12, paths, KademliaDefences.ALL);
            assertThat(outcome.complete).as("%d paths: %s", paths, outcome).isGreaterThanOrEqualTo(0.97);
            assertThat(outcome.hops).isLessThan(4);
            assertThat(outcome.queries).isLessThan(paths < 8 ? 30 : 95);
        }
    }

    @Test
    void lostDatagramsLoseNodesSeldom() {
        PaperNetwork net = new PaperNetwork(12, new Sha1(), Options.HONEST.loss(0.03));
        assertThat(lookups(net, 5, 20, 2, KademliaDefences.ALL).found).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void whereHalfOfAllContactsAreDeadTheLivingAreFound() {
        PaperNetwork net = new PaperNetwork(13, new Sha1(), Options.HONEST.dead(0.5));
        Outcome outcome = lookups(net, 4, 25, 2, KademliaDefences.ALL);
        assertThat(outcome.found).as(outcome.toString()).isGreaterThanOrEqualTo(0.98);
        assertThat(outcome.complete).as(outcome.toString()).isGreaterThanOrEqualTo(0.9);
    }

    @Test
    void anAddressIsAskedForOneIdAndAtMostOnceMoreBesideOtherKeys() {
        PaperNetwork net = new PaperNetwork(14, new Sha1(), Options.HONEST.nodes(1_000).dead(0.3));
        Asker asker = net.asker();
        for (int i = 0; i < 20; i++) {
            asker.lookup(net.randomKey(), K, 2);
            assertThat(asker.asked.values()).allSatisfy(ids -> assertThat(new HashSet<>(ids)).hasSize(1));
        }
    }

    @Test
    void theDeadAreAskedSeldomAgain() {
        PaperNetwork net = new PaperNetwork(15, new Sha1(), Options.HONEST.nodes(300).dead(0.5));
        Asker asker = net.asker();
        Key target = net.randomKey();
        asker.lookup(target, K, 1);
        long first = asker.asked.keySet().stream().filter(net::isDead).count();
        net.world.run(Duration.ofSeconds(5));
        asker.lookup(target, K, 1);
        assertThat(first).isGreaterThan(8);
        assertThat(asker.asked.keySet().stream().filter(net::isDead).count()).isLessThanOrEqualTo(first / 2);
    }

    // ---- liars

    @Test
    void aFifthOfLiarsDoNotHideTheTrueHoldersFromEightPaths() {
        Outcome outcome = lookups(colluders(0.2), 5, 20, 8, KademliaDefences.ALL);
        assertThat(outcome.complete).as(outcome.toString()).isGreaterThanOrEqualTo(0.98);
    }

    @Test
    void threeTenthsNeither() {
        Outcome outcome = lookups(colluders(0.3), 5, 20, 8, KademliaDefences.ALL);
        assertThat(outcome.complete).as(outcome.toString()).isGreaterThanOrEqualTo(0.96);
    }

    /** As many as come to be in honest tables where 30 % of the nodes are hostile and never leave. */
    @Test
    void withTwoFifthsOfLiarsInAllTablesEightPathsFindThemStill() {
        Outcome outcome = lookups(colluders(0.42), 5, 20, 8, KademliaDefences.without("plausibleDensity"));
        assertThat(outcome.complete).as(outcome.toString()).isGreaterThanOrEqualTo(0.96);
    }

    @Test
    void twin_onePathDoesNot() {
        Outcome outcome = lookups(
                colluders(0.42), 5, 20, 8, KademliaDefences.without("plausibleDensity", "disjointPaths"));
        assertThat(outcome.complete).as(outcome.toString()).isLessThan(0.9);
    }

    @Test
    void anImplausiblySparseResultIsNotBelieved() {
        assertThat(foundBehindASlippedInNeighbourhood(KademliaDefences.ALL)).isGreaterThan(0.9);
    }

    @Test
    void twin_whoBelievesItMissesHalfOfTheTrueHolders() {
        assertThat(foundBehindASlippedInNeighbourhood(KademliaDefences.without("plausibleDensity"))).isLessThan(0.6);
    }

    /** The share of true holders that are found on one path, where all whom the asker knows near the key are liars. */
    private static double foundBehindASlippedInNeighbourhood(KademliaDefences defences) {
        PaperNetwork net = colluders(0.15);
        Asker asker = net.asker(KademliaSettings.DEFAULTS, defences);
        for (int i = 0; i < 10; i++) {
            asker.lookup(net.randomKey(), K, 1);
        }
        int found = 0;
        int wanted = 0;
        for (int i = 0; i < 20; i++) {
            Key target = net.randomKey();
            asker.slippedIn = net.liars(target, 2 * K);
            List<Contact> truth = net.holders(target, K);
            found += (int) truth.stream().filter(asker.lookup(target, K, 1).nearest()::contains).count();
            wanted += truth.size();
        }
        return (double) found / wanted;
    }

    private static PaperNetwork colluders(double share) {
        return new PaperNetwork(16, new Sha1(), Options.HONEST.nodes(4_000).hostile(share, Lie.FRESH_COLLUDERS));
    }

    @Test
    void whoNamesInventedNodesIsSoonBelievedLess() {
        double queries = queriesAmongInventors(KademliaDefences.ALL);
        double twin = queriesAmongInventors(KademliaDefences.without("sourceScores"));
        assertThat(queries).as("the twin, who believes them: %s", twin).isLessThan(0.7 * twin);
    }

    private static double queriesAmongInventors(KademliaDefences defences) {
        PaperNetwork net = new PaperNetwork(17, new Sha1(), Options.HONEST.hostile(0.3, Lie.INVENTED));
        return lookups(net, 3, 6, 8, defences).queries;
    }

    @Test
    void silentNodesCostTimeAndNothingElse() {
        PaperNetwork net = new PaperNetwork(18, new Sha1(), Options.HONEST.hostile(0.3, Lie.SILENCE));
        Outcome outcome = lookups(net, 4, 15, 2, KademliaDefences.ALL);
        assertThat(outcome.found).as(outcome.toString()).isGreaterThanOrEqualTo(0.98);
        assertThat(outcome.millis).isLessThan(2_500);
    }
}
