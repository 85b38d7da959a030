package bytchat.itests.faults;

import static bytchat.tck.StoreContract.await;
import static bytchat.tck.StoreContract.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bytchat.api.bencode.BBytes;
import bytchat.api.status.State;
import bytchat.api.store.MailboxStore.AckOutcome;
import bytchat.api.store.MailboxStore.PutOutcome;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import bytchat.store.xodus.internal.XodusMailboxStore;
import bytchat.tck.TestEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk of 8 MB that fills up: a clear refusal, nothing lost, and it goes on by itself when there is room. Needs root,
 * to mount it.
 */
class DiskFullIT {
    private static final BBytes PHONE = BBytes.of("phone");

    @TempDir
    Path directory;

    private final TestEnvironment environment = new TestEnvironment();
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()) == 0;
        assumeTrue(mounted, "a tmpfs cannot be mounted here (not root): the full disk was not tested");
    }

    @AfterEach
    void unmount() throws Exception {
        environment.close();
        run("umount", disk.toString());
    }

    @Test
    void belowTheReserveAcknowledgementsGoOn() {
        XodusMailboxStore store = Writer.open(environment, disk, 2);
        int stored = fill(store);

        assertThat(store.status().state()).isEqualTo(State.WAITING);
        assertThat(store.status().reason()).contains("reserve");
        assertThat(await(store.waiting("default", Writer.ALICE, PHONE, 0, 10))).hasSize(10);
        for (int number = 0; number < 20; number++) {
            assertThat(await(store.acknowledge("default", Writer.ALICE, Writer.id(number), PHONE, new byte[300],
                    Set.of(PHONE))))
                    .isEqualTo(AckOutcome.BURIED);
        }
        assertThat(store.stats().tombstones()).isEqualTo(20);
        assertThat(store.stats().envelopes()).isEqualTo(stored - 20);
        store.close();
    }

    @Test
    void aDiskThatIsReallyFullLosesNothingAndGoesOnByItself() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[2 * 1024 * 1024]);
        XodusMailboxStore store = Writer.open(environment, disk, 0);
        int stored = fill(store);
        assertThat(stored).isGreaterThan(100);
        assertAllThere(store, stored);

        Files.delete(ballast);
        int more = stored;
        assertThat(retry(store, more)).isEqualTo(PutOutcome.STORED);
        assertThat(store.status().state()).isEqualTo(State.READY);
        store.close();

        XodusMailboxStore again = Writer.open(environment, disk, 0);
        assertAllThere(again, stored + 1);
        assertThat(again.stats().envelopes()).isEqualTo(stored + 1);
        assertThat(again.status().facts()).containsEntry("damaged_records", 0L);
        again.close();
    }

    @Test
    void aStoreThatFindsNoRoomAtItsOpeningWaitsForIt() throws Exception {
        Path ballast = disk.resolve("ballast");
        fillCompletely(ballast);
        XodusMailboxStore store = Writer.open(environment, disk, 0);
        StoreException refused = awaitFailure(store.put(Writer.envelope(0)));
        assertThat(refused.getMessage()).as("a sentence for the operator")
                .containsAnyOf("No space left", "no room left");

        Files.delete(ballast);
        assertThat(retry(store, 0)).isEqualTo(PutOutcome.STORED);
        store.close();
    }

    /** Puts until it is refused for want of room; answers how many were stored. */
    private static int fill(XodusMailboxStore store) {
        for (int number = 0;; number++) {
            try {
                store.put(Writer.envelope(number)).toCompletableFuture().join();
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(StoreException.class);
                StoreException refused = (StoreException) e.getCause();
                assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(StoreException.Reason.DISK_FULL);
                assertThat(refused.getMessage()).contains("free some");
                return number;
            }
        }
    }

    private static void assertAllThere(XodusMailboxStore store, int count) {
        for (int number = 0; number < count; number++) {
            StoredEnvelope found = await(store.get("default", Writer.ALICE, Writer.id(number))).orElseThrow();
            assertThat(found.bytes()).isEqualTo(Writer.envelope(number).bytes());
        }
    }

    private static PutOutcome retry(XodusMailboxStore store, int number) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                return store.put(Writer.envelope(number)).toCompletableFuture().join();
            } catch (CompletionException e) {
                assertThat(System.nanoTime()).as("recovered in time: " + e.getCause().getMessage()).isLessThan(until);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static void fillCompletely(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] page = new byte[4_096];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor();
    }
}
