package bytchat.itests.faults;

import static bytchat.tck.StoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.store.xodus.internal.XodusMailboxStore;
import bytchat.tck.TestEnvironment;
import java.io.BufferedReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it writes leaves everything it promised, again and again on the same files. (That a
 * power cut loses nothing either is another matter: the kernel keeps what a killed process has written.)
 */
class KillIT {
    @TempDir
    Path data;

    @Test
    void whatAKilledProcessPromisedIsThere() throws Exception {
        int rounds = Integer.getInteger("faults.kill.rounds", 3);
        long seed = Long.getLong("faults.seed", System.nanoTime());
        System.out.println("kill -9 in " + rounds + " rounds, seed " + seed + " (again: -Dfaults.seed=" + seed + ")");
        Random random = new Random(seed);
        int promised = -1;
        for (int round = 0; round < rounds; round++) {
            promised = writeAndKill(promised + 1, 200 + random.nextInt(2_000));
            check(promised, round);
            // what was under way may or may not be there: the next round writes it again
        }
        System.out.println((promised + 1) + " promises kept");
    }

    /** @return the greatest number up to which all were promised */
    private int writeAndKill(int first, int promises) throws Exception {
        Process writer = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Writer.class.getName(), data.toString(), String.valueOf(first)).redirectErrorStream(false)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        int last = first - 1;
        try (BufferedReader promised = writer.inputReader()) {
            while (last - first + 1 < promises) {
                String line = promised.readLine();
                assertThat(line).as("promise after %d", last).isEqualTo(String.valueOf(last + 1));
                last++;
            }
            // by its handle: Process itself would close the pipe, with promises still in it
            writer.toHandle().destroyForcibly();
            for (String line; (line = promised.readLine()) != null && line.equals(String.valueOf(last + 1));) {
                last++;
            }
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return last;
    }

    private void check(int promised, int round) {
        TestEnvironment environment = new TestEnvironment();
        XodusMailboxStore store = Writer.open(environment, data, 0);
        try {
            for (int number = 0; number <= promised; number++) {
                Optional<StoredEnvelope> found = await(store.get("default", Writer.ALICE, Writer.id(number)));
                assertThat(found).as("number %d in round %d", number, round).isPresent();
                assertThat(ByteBuffer.wrap(found.get().bytes()).getInt()).isEqualTo(number);
            }
            assertThat(store.stats().envelopes()).isGreaterThan(promised);
            assertThat(store.status().facts()).containsEntry("damaged_records", 0L);
        } finally {
            store.close();
            environment.close();
        }
    }
}
