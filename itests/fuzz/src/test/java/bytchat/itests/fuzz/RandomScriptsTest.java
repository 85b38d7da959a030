package bytchat.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Some seconds of scripts made from the corpus by a seeded generator, in each build. */
class RandomScriptsTest {
    private static final int SCRIPTS = Integer.getInteger("fuzz.scripts", 20_000);
    private static final long SEED = Long.getLong("fuzz.seed", 4);

    @Test
    void noScriptMakesAnythingThrow() {
        Attack attack = new Attack();
        Mutations scripts = new Mutations(Corpus.load(), SEED);
        try (FaultWatch watch = new FaultWatch()) {
            for (int i = 0; i < SCRIPTS; i++) {
                attack.play(scripts.next());
            }
            assertThat(watch.stop()).as("swallowed faults, seed %d", SEED).isEmpty();
            assertThat(watch.seen()).as("exceptions of any kind: the watch works").isPositive();
        }
        assertThat(attack.datagrams()).isGreaterThan(SCRIPTS / 2);
        assertThat(attack.sent()).as("what the nodes answered and asked").isGreaterThan(SCRIPTS / 4);
    }
}
