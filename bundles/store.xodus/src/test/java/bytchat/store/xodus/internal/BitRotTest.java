package bytchat.store.xodus.internal;

import static bytchat.tck.StoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import bytchat.records.Sealer;
import bytchat.tck.TestEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One bit, anywhere in the files: records may be missed, but what is served is what was stored, and every call ends.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class BitRotTest {
    private static final Key ALICE = Key.of(new byte[] {1, 2, 3});
    private static final int RECORDS = 12;
    private static final int TRIALS = 80;

    @TempDir
    Path data;

    private final TestEnvironment environment = new TestEnvironment();

    @AfterEach
    void stop() {
        environment.close();
    }

    @Test
    void nothingWrongIsEverServed() throws Exception {
        Outcome outcome = rot(TestOptions.in(data, "mailbox"));

        System.out.println("one bit flipped, sealed: " + outcome);
        assertThat(outcome.wrong).isZero();
        assertThat(outcome.missed + outcome.refused).as("the bits did hit something").isPositive();
    }

    /** The twin: the same bits without the seal. */
    @Test
    void withoutTheSealWrongBytesAreServed() throws Exception {
        DiskOptions unsealed = new DiskOptions(data.resolve("store/mailbox"), 0, true, recordsExist -> new Unsealed());
        Outcome outcome = rot(unsealed);

        System.out.println("one bit flipped, not sealed: " + outcome);
        assertThat(outcome.wrong).isPositive();
    }

    private static final class Outcome {
        private int right;
        private int wrong;
        private int missed;
        private int refused;

        @Override
        public String toString() {
            return right + " records right, " + wrong + " wrong, " + missed + " missed, " + refused + " refused in "
                    + TRIALS + " trials";
        }
    }

    private Outcome rot(DiskOptions options) throws Exception {
        XodusMailboxStore store = open(options);
        for (int number = 0; number < RECORDS; number++) {
            await(store.put(new StoredEnvelope("default", ALICE, id(number), 0, 100_000, body(number))));
        }
        store.close();
        Path file = options.directory().resolve("00000000000.xd");
        byte[] sound = Files.readAllBytes(file);
        long seed = Long.getLong("rot.seed", 20261123L);
        Random random = new Random(seed);
        Outcome outcome = new Outcome();
        for (int trial = 0; trial < TRIALS; trial++) {
            clear(options.directory());
            byte[] rotten = sound.clone();
            int at = random.nextInt(rotten.length);
            rotten[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, rotten);
            read(options, outcome);
        }
        return outcome;
    }

    private void read(DiskOptions options, Outcome outcome) {
        XodusMailboxStore store = open(options);
        for (int number = 0; number < RECORDS; number++) {
            try {
                Optional<StoredEnvelope> found = store.get("default", ALICE, id(number)).toCompletableFuture()
                        .orTimeout(20, TimeUnit.SECONDS).join();
                if (found.isEmpty()) {
                    outcome.missed++;
                } else if (Arrays.equals(found.get().bytes(), body(number)) && found.get().expiryMillis() == 100_000) {
                    outcome.right++;
                } else {
                    outcome.wrong++;
                }
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(StoreException.class);
                outcome.refused++;
            }
        }
        store.close();
    }

    private static void clear(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private XodusMailboxStore open(DiskOptions options) {
        return new XodusMailboxStore(environment, options, 1_000, Long.MAX_VALUE);
    }

    private static byte[] body(int number) {
        byte[] body = new byte[600];
        new Random(number).nextBytes(body);
        return body;
    }

    private static BBytes id(int number) {
        return BBytes.of("id" + number);
    }

    private static final class Unsealed implements Sealer {
        @Override
        public byte[] seal(String store, byte[] key, byte[] plain) {
            return plain;
        }

        @Override
        public byte[] open(String store, byte[] key, byte[] sealed) {
            return sealed;
        }
    }
}
