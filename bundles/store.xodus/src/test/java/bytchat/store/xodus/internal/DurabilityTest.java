package bytchat.store.xodus.internal;

import static bytchat.tck.StoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.ChatRecord;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatStore.Change;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.AckOutcome;
import bytchat.api.store.MailboxStore.PutOutcome;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.tck.TestEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.StoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was promised is on disk, and is there again when the store is opened the next time. */
class DurabilityTest {
    private static final Key ALICE = Key.of(new byte[] {1, 2, 3});
    private static final BBytes PHONE = BBytes.of("phone");

    @TempDir
    Path data;

    @TempDir
    Path copies;

    private final TestEnvironment environment = new TestEnvironment();

    @AfterEach
    void stop() {
        environment.close();
    }

    @Test
    void aPutCompletesOnlyWhenTheFilesHoldIt() {
        for (int round = 0; round < 10; round++) {
            Path copy = copies.resolve("copy" + round);
            XodusMailboxStore store = mailbox(data);
            BBytes id = BBytes.of("id" + round);
            // copied on the loop at the very moment of the promise, while the store still runs
            await(store.put(envelope(id)).thenAccept(outcome -> copyAll(data, copy)));
            store.close();

            XodusMailboxStore crashed = mailbox(copy);
            assertThat(await(crashed.get("default", ALICE, id))).as("round %d", round).isPresent();
            assertThat(crashed.stats().envelopes()).isEqualTo(round + 1);
            crashed.close();
        }
    }

    @Test
    void everythingIsThereAgainAfterAReopening() {
        XodusMailboxStore store = mailbox(data);
        for (int i = 0; i < 100; i++) {
            await(store.put(envelope(BBytes.of("id" + i))));
        }
        await(store.acknowledge("default", ALICE, BBytes.of("id7"), PHONE, new byte[1],
                Set.of(PHONE, BBytes.of("laptop"))));
        await(store.acknowledge("default", ALICE, BBytes.of("id8"), PHONE, new byte[1], Set.of(PHONE)));
        await(store.putDevices("default", ALICE, new byte[] {5}));
        MailboxStore.Stats before = store.stats();
        store.close();

        store = mailbox(data);
        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 256))).hasSize(98);
        assertThat(await(store.waiting("default", ALICE, BBytes.of("laptop"), 0, 256))).hasSize(99);
        assertThat(await(store.devices("default", ALICE))).contains(new byte[] {5});
        assertThat(await(store.put(envelope(BBytes.of("id8"))))).isEqualTo(PutOutcome.BURIED);
        assertThat(store.stats()).isEqualTo(before).isEqualTo(new MailboxStore.Stats(99, 99 * 100, 1));
        store.close();
    }

    @Test
    void arrivalNumbersGoOnAfterAReopeningEvenIfTheLastWasBuried() {
        XodusMailboxStore store = mailbox(data);
        await(store.put(envelope(BBytes.of("first"))));
        long arrival = await(store.get("default", ALICE, BBytes.of("first"))).orElseThrow().arrival();
        assertThat(await(store.acknowledge("default", ALICE, BBytes.of("first"), PHONE, new byte[1], Set.of(PHONE))))
                .isEqualTo(AckOutcome.BURIED);
        store.close();

        store = mailbox(data);
        await(store.put(envelope(BBytes.of("second"))));
        assertThat(await(store.get("default", ALICE, BBytes.of("second"))).orElseThrow().arrival())
                .isGreaterThan(arrival);
        store.close();
    }

    @Test
    void whatWaitsAtTheCloseIsStillCommitted() {
        XodusMailboxStore store = mailbox(data);
        List<CompletionStage<PutOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            puts.add(store.put(envelope(BBytes.of("id" + i))));
        }
        store.close();

        puts.forEach(put -> assertThat(await(put)).isEqualTo(PutOutcome.STORED));
        store = mailbox(data);
        await(store.get("default", ALICE, BBytes.of("id0")));
        assertThat(store.stats().envelopes()).isEqualTo(500);
        store.close();
    }

    @Test
    void manyPutsShareACommit() {
        XodusMailboxStore store = mailbox(data);
        List<CompletionStage<PutOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            puts.add(store.put(envelope(BBytes.of("id" + i))));
        }
        puts.forEach(put -> await(put));

        assertThat((Long) store.status().facts().get("commits")).isBetween(1L, 200L);
        store.close();
    }

    @Test
    void anInterruptDoesNotReachTheDisk() {
        XodusMailboxStore store = mailbox(data);
        await(store.put(envelope(BBytes.of("before"))));
        for (int i = 0; i < 200; i++) {
            CompletionStage<PutOutcome> put = store.put(envelope(BBytes.of("id" + i)));
            storeThreads().forEach(Thread::interrupt);
            assertThat(await(put)).isEqualTo(PutOutcome.STORED);
            assertThat(await(store.get("default", ALICE, BBytes.of("id" + i)))).isPresent();
        }
        store.close();
    }

    /** The twin: what an interrupt does to Xodus on a thread that heeds it. */
    @Test
    void onAnOrdinaryThreadAnInterruptEndsWriting() throws Exception {
        Environment files = Environments.newInstance(data.resolve("plain").toFile(),
                new EnvironmentConfig().setLogCachePageSize(16 * 1024).setMemoryUsage(8 << 20).setLogDurableWrite(true)
                .setManagementEnabled(false));
        CompletableFuture<String> second = new CompletableFuture<>();
        Thread ordinary = new Thread(() -> {
            write(files, "first");
            Thread.currentThread().interrupt();
            try {
                write(files, "second");
                write(files, "third");
                second.complete("went on");
            } catch (Exception e) {
                second.complete("failed");
            }
        });
        ordinary.start();

        assertThat(await(second)).isEqualTo("failed");
        ordinary.join();
    }

    private static void write(Environment files, String key) {
        files.executeInTransaction(txn -> files.openStore("plain", StoreConfig.WITHOUT_DUPLICATES, txn)
                .put(txn, new ArrayByteIterable(key.getBytes()), new ArrayByteIterable(new byte[10])));
    }

    @Test
    void everyKindOfChatRecordHasItsPlace() {
        assertThat(XodusChatStore.KINDS).containsExactlyInAnyOrderElementsOf(
                Arrays.stream(ChatRecord.class.getPermittedSubclasses())
                .<Class<? extends ChatRecord>>map(kind -> kind.asSubclass(ChatRecord.class)).toList());
    }

    @Test
    void aChatIsThereAgainAfterAReopening() {
        XodusChatStore store = new XodusChatStore(environment, TestOptions.in(data, "chat"), 1_000);
        await(store.commit(PHONE, List.of(new Change.Put(new CounterRecord(BBytes.of("a"), 5)))));
        store.close();

        store = new XodusChatStore(environment, TestOptions.in(data, "chat"), 1_000);
        assertThat(await(store.get(PHONE, CounterRecord.class, BBytes.of("a")))).get().extracting(CounterRecord::value)
                .isEqualTo(5L);
        store.close();
    }

    private XodusMailboxStore mailbox(Path directory) {
        return new XodusMailboxStore(environment, TestOptions.in(directory, "mailbox"), 10_000, Long.MAX_VALUE);
    }

    private static StoredEnvelope envelope(BBytes id) {
        return new StoredEnvelope("default", ALICE, id, 0, Long.MAX_VALUE / 2, new byte[100]);
    }

    private static Stream<Thread> storeThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName()
                .startsWith("bytchat-store.xodus"));
    }

    private static void copyAll(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().equals("xd.lck")) {
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
