package bytchat.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the fuzzer has found worth keeping, in each build: all scripts one after the other against the same nodes, twice. */
class CorpusTest {
    @Test
    void noScriptOfTheCorpusMakesAnythingThrow() {
        List<byte[]> corpus = Corpus.load();
        assertThat(corpus).hasSizeGreaterThan(100);
        Attack attack = new Attack();
        try (FaultWatch watch = new FaultWatch()) {
            for (int round = 0; round < 2; round++) {
                corpus.forEach(attack::play);
            }
            attack.check();
            assertThat(watch.stop()).as("swallowed faults").isEmpty();
        }
        assertThat(attack.datagrams()).isGreaterThan(corpus.size());
        assertThat(attack.frames()).isPositive();
    }
}
