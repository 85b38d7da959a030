package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.routing.kademlia.internal.Candidate.Progress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookupPathsTest {
    private static final int K = 8;
    private static final Key TARGET = Key.of(new byte[20]);

    /** The id's first byte is its distance. */
    private static Contact node(int distance) {
        byte[] id = new byte[20];
        id[0] = (byte) distance;
        return new Contact(Key.of(id), new InetSocketAddress("10.0.0." + distance, 1));
    }

    private static LookupPaths paths(int number, int contacts) {
        LookupPaths paths = new LookupPaths(TARGET, number, K, 64, contact -> false);
        paths.begin(IntStream.rangeClosed(1, contacts).mapToObj(LookupPathsTest::node).toList());
        return paths;
    }

    private static List<Integer> on(LookupPath path) {
        return path.candidates().stream().map(candidate -> candidate.contact().id().unsafeArray()[0] & 0xff).toList();
    }

    private static void settle(Candidate candidate, Progress progress) {
        candidate.progress(progress, () -> { });
    }

    @Test
    void contactsAreDealtAndHalfOfManyPathsBeginFarOff() {
        LookupPaths two = paths(2, 6);
        assertThat(two.paths()).extracting(LookupPathsTest::on)
                .containsExactly(List.of(1, 3, 5), List.of(2, 4, 6));
        LookupPaths four = paths(4, 8);
        assertThat(four.paths()).extracting(LookupPathsTest::on)
                .containsExactly(List.of(1, 3), List.of(2, 4), List.of(5, 7), List.of(6, 8));
    }

    @Test
    void onEveryNumberOfPathsEachContactIsOnOne() {
        for (int number = 1; number <= 8; number++) {
            List<Integer> all = new ArrayList<>();
            paths(number, 40).paths().forEach(path -> all.addAll(on(path)));
            assertThat(all).hasSize(40).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatIsNamedStaysOnItsPathUntilTheyAreLaidTogether() {
        LookupPaths paths = paths(2, 4);
        LookupPath first = paths.paths().get(0);
        Candidate source = paths.find(node(1));
        source.path(first);
        paths.learn(node(100), 1, paths.heirOf(source));
        assertThat(on(first)).contains(100);
        assertThat(on(paths.paths().get(1))).doesNotContain(100);
        assertThat(paths.layTogether()).isTrue();
        assertThat(on(paths.paths().get(0))).containsExactly(1, 2, 3, 4, 100);
        assertThat(paths.layTogether()).isFalse();
        assertThat(paths.pathOf(first)).isSameAs(paths.whole());
    }

    @Test
    void whomTheFirstOnesNameIsDealtWhereThereAreTooFew() {
        LookupPaths paths = paths(4, 1);
        Candidate only = paths.find(node(1));
        only.path(paths.paths().get(0));
        Set<LookupPath> heirs = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            heirs.add(paths.heirOf(only));
        }
        assertThat(heirs).hasSize(4);
    }

    @Test
    void withManyPathsThreeTimesAsManyMustHaveAnsweredInTheEnd() {
        LookupPaths paths = paths(3, 30);
        paths.layTogether();
        List<Candidate> nearest = List.copyOf(paths.nearest());
        nearest.subList(0, 3 * K - 1).forEach(candidate -> settle(candidate, Progress.ANSWERED));
        assertThat(paths.going()).isTrue();
        settle(nearest.get(3 * K - 1), Progress.ANSWERED);
        assertThat(paths.going()).isFalse();
    }

    @Test
    void detoursBeginAtContactsThatNobodyAskedAndEnd() {
        LookupPaths paths = paths(1, 40);
        List<Candidate> nearest = List.copyOf(paths.nearest());
        nearest.subList(0, 10).forEach(candidate -> settle(candidate, Progress.ANSWERED));
        assertThat(paths.detour()).isTrue();
        assertThat(on(paths.paths().get(0))).containsExactly(11, 12, 13, 14);
        int detours = 1;
        while (paths.detour()) {
            detours++;
        }
        assertThat(detours).isEqualTo(8);
        LookupPaths few = paths(1, 3);
        few.nearest().forEach(candidate -> settle(candidate, Progress.ANSWERED));
        assertThat(few.detour()).isFalse();
    }

    // ---- one path

    @Test
    void nearerOnesAreAskedWhateverIsUnderWayFartherOff() {
        LookupPaths paths = paths(1, 12);
        LookupPath path = paths.whole();
        List<Candidate> nearest = List.copyOf(paths.nearest());
        nearest.subList(4, 8).forEach(candidate -> settle(candidate, Progress.ASKED));
        assertThat(path.next(2)).isSameAs(nearest.get(0));
        nearest.subList(0, 2).forEach(candidate -> settle(candidate, Progress.ASKED));
        assertThat(path.next(2)).isNull();
        settle(nearest.get(0), Progress.STALLED);
        assertThat(path.next(2)).isSameAs(nearest.get(2));
    }

    @Test
    void theDoubtfulAreNotAskedAndHoldNobodyUp() {
        LookupPaths paths = new LookupPaths(TARGET, 1, K, 64, contact -> contact.equals(node(1)));
        paths.begin(List.of(node(1), node(2)));
        assertThat(paths.whole().next(1).contact()).isEqualTo(node(2));
        settle(paths.find(node(2)), Progress.ANSWERED);
        assertThat(paths.going()).isFalse();
    }

    @Test
    void aSourceOfThreeBadOnesAndNoGoodOneIsNotBelievedUnlessOthersNameThem() {
        Candidate liar = new Candidate(node(1), 0, false);
        Candidate honest = new Candidate(node(2), 0, false);
        Candidate named = new Candidate(node(3), 1, false);
        named.namedBy(liar);
        for (int i = 0; i < 3; i++) {
            assertThat(named.doubtful()).isFalse();
            liar.referral(false);
        }
        assertThat(named.doubtful()).isTrue();
        named.namedBy(honest);
        assertThat(named.doubtful()).isFalse();
    }

    @Test
    void aPathRemembersTheNearest() {
        LookupPath path = new LookupPath(TARGET, K, 20);
        for (int distance = 100; distance > 0; distance--) {
            path.add(new Candidate(node(distance), 0, false));
        }
        assertThat(on(path)).containsExactlyElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
    }

    // ---- widening

    @Test
    void wideningAsksForTheSubtreesBeyondTheDead() {
        LookupPaths paths = new LookupPaths(TARGET, 1, K, 64, contact -> false);
        paths.begin(IntStream.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 18, 19, 20).mapToObj(LookupPathsTest::node).toList());
        List<Candidate> nearest = List.copyOf(paths.nearest());
        for (int i = 0; i < nearest.size(); i++) {
            settle(nearest.get(i), i % 2 == 0 && i < 8 ? Progress.GIVEN_UP : Progress.ANSWERED);
        }
        Widening widening = new Widening(TARGET, K, K);
        // The eighth named shares 4 bits with the target, the eighth that lives 3.
        assertThat(widening.next(paths.nearest()))
                .containsExactly(Widening.beside(TARGET, 4), Widening.beside(TARGET, 3));
        assertThat(widening.next(paths.nearest())).as("each once").isEmpty();
    }

    @Test
    void whereAllLiveNothingIsWidenedUnlessMoreAreWanted() {
        LookupPaths paths = paths(1, 30);
        paths.nearest().forEach(candidate -> settle(candidate, Progress.ANSWERED));
        assertThat(new Widening(TARGET, K, K).next(paths.nearest())).isEmpty();
        assertThat(new Widening(TARGET, K, 20).next(paths.nearest())).isNotEmpty();
    }
}
