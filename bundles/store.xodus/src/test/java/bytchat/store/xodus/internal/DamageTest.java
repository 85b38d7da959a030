package bytchat.store.xodus.internal;

import static bytchat.tck.StoreContract.await;
import static bytchat.tck.StoreContract.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.status.State;
import bytchat.api.store.MailboxStore.PutOutcome;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.StoreException;
import bytchat.records.SealKeyFile;
import bytchat.records.Sealer;
import bytchat.tck.TestEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks rot, keys get lost, versions change: a clear error, nothing wrong is served, nothing is deleted. */
class DamageTest {
    private static final Key ALICE = Key.of(new byte[] {1, 2, 3});
    private static final BBytes PHONE = BBytes.of("phone");
    private static final byte[] BODY = "the body of the message, long enough to be found in the file".getBytes();

    @TempDir
    Path data;

    private final TestEnvironment environment = new TestEnvironment();

    @AfterEach
    void stop() {
        environment.close();
    }

    @Test
    void aFlippedBitIsFoundSetAsideAndReported() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        flipABitOf("envelopes", 1);

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 10))).as("the other one is served")
                .extracting(StoredEnvelope::id).containsExactly(id(2));
        assertThat(await(store.get("default", ALICE, id(1)))).as("and the damaged one never").isEmpty();
        assertThat(store.status().facts()).containsEntry("damaged_records", 1L);
        assertThat(store.status().state()).isEqualTo(State.READY);
        assertThat(store.status().reason()).contains("set aside");
        assertThat(await(store.put(envelope(1)))).as("it can be had again from another holder")
                .isEqualTo(PutOutcome.STORED);
        store.close();

        store = open(TestOptions.in(data, "mailbox"));
        assertThat(await(store.get("default", ALICE, id(1)))).isPresent();
        assertThat(store.status().facts()).as("remembered over a restart").containsEntry("damaged_records", 1L);
        store.close();
    }

    @Test
    void whoAsksForADamagedRecordIsTold() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        flipABitOf("envelopes", 1);

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(awaitFailure(store.get("default", ALICE, id(1))).reason()).isEqualTo(StoreException.Reason.DAMAGED);
        store.close();
    }

    /** The twin: without the seal, Xodus serves the changed bytes without a word. */
    @Test
    void withoutTheSealAFlippedBitIsServed() throws Exception {
        DiskOptions unsealed = new DiskOptions(data.resolve("store/mailbox"), 0, true, recordsExist -> new Unsealed());
        storeTwo(unsealed);
        flipABitOf("envelopes", 1);

        XodusMailboxStore store = open(unsealed);
        assertThat(await(store.get("default", ALICE, id(1)))).get().extracting(StoredEnvelope::bytes)
                .isNotEqualTo(BODY);
        assertThat(store.status().facts()).containsEntry("damaged_records", 0L);
        store.close();
    }

    @Test
    void aRottenIndexRemovesNothingEarly() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        byte[] key = Keys.join(Keys.user("default", ALICE), Keys.part(id(1)));
        inTable("expiries", (store, txn) -> store.put(txn, new ArrayByteIterable(Keys.join(Keys.number(5),
                new byte[] {0}, key)),
                new ArrayByteIterable(new byte[Integer.BYTES])));

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(await(store.expire(1_000, 10))).isZero();
        assertThat(await(store.get("default", ALICE, id(1)))).isPresent();
        assertThat(await(store.expire(1_000_000, 10))).as("in its own time").isEqualTo(2);
        store.close();
    }

    @Test
    void aDamagedRecordLeavesTheFiguresWhenItExpires() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        flipABitOf("envelopes", 1);

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        await(store.expire(1_000_000, 10));
        assertThat(store.stats().envelopes()).isZero();
        assertThat(store.stats().bytes()).isZero();
        store.close();
    }

    @Test
    void aMissingSealKeyIsAClearErrorAndItRecoversWhenTheKeyIsBack() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        Files.move(data.resolve("seal.key"), data.resolve("elsewhere"));

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(awaitFailure(store.put(envelope(3))).getMessage()).contains("seal key").contains("missing")
                .contains("backup");
        assertThat(awaitFailure(store.get("default", ALICE, id(1))).reason())
                .isEqualTo(StoreException.Reason.UNAVAILABLE);
        assertThat(store.status().state()).isEqualTo(State.FAILED);
        assertThat(data.resolve("seal.key")).as("no new key was made").doesNotExist();

        Files.move(data.resolve("elsewhere"), data.resolve("seal.key"));
        eventually(() -> store.status().state() == State.READY);
        assertThat(await(store.get("default", ALICE, id(1)))).isPresent();
        store.close();
    }

    @Test
    void aNewStoreMakesNoNewKeyWhileItsNeighboursHaveRecords() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        Files.delete(data.resolve("seal.key"));

        XodusMetaStore store = new XodusMetaStore(environment, TestOptions.in(data, "meta"), 10, 1_000);
        assertThat(awaitFailure(store.get("default", ALICE)).getMessage()).contains("missing");
        assertThat(data.resolve("seal.key")).doesNotExist();
        store.close();
    }

    @Test
    void anotherSealKeyIsAClearErrorAndNothingIsSetAside() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        Path key = data.resolve("seal.key");
        byte[] right = Files.readAllBytes(key);
        Files.delete(key);
        SealKeyFile.loadOrCreate(key, false, environment.random());

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(awaitFailure(store.get("default", ALICE, id(1))).getMessage()).contains("another seal key");
        store.close();

        Files.write(key, right);
        store = open(TestOptions.in(data, "mailbox"));
        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 10))).hasSize(2);
        assertThat(store.status().facts()).containsEntry("damaged_records", 0L);
        store.close();
    }

    @Test
    void aNewerFormatIsRefused() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));
        inTable("format", (store, txn) -> store.put(txn, new ArrayByteIterable("version".getBytes()),
                new ArrayByteIterable(ByteBuffer.allocate(4).putInt(XodusFiles.FORMAT + 1).array())));

        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(awaitFailure(store.get("default", ALICE, id(1))).getMessage()).contains("newer BytChat")
                .contains("update");
        assertThat(store.status().state()).isEqualTo(State.FAILED);
        store.close();
    }

    @Test
    void anotherLayoutIsRefusedAndNothingIsSetAside() throws Exception {
        storeTwo(TestOptions.in(data, "mailbox"));

        XodusMetaStore other = new XodusMetaStore(environment, TestOptions.in(data, "mailbox"), 10, 1_000);
        assertThat(awaitFailure(other.get("default", ALICE)).reason()).isEqualTo(StoreException.Reason.UNAVAILABLE);
        other.close();
        assertThat(new Schema(List.of(), List.of(StoredEnvelope.class)).layout())
                .isNotEqualTo(new Schema(List.of(), List.of(XodusMailboxStore.Blob.class)).layout());
        XodusMailboxStore store = open(TestOptions.in(data, "mailbox"));
        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 10))).hasSize(2);
        store.close();
    }

    @Test
    void aDirectoryInUseIsAClearErrorAndFreesItself() {
        XodusMailboxStore first = open(TestOptions.in(data, "mailbox"));
        await(first.put(envelope(1)));

        XodusMailboxStore second = open(TestOptions.in(data, "mailbox"));
        assertThat(awaitFailure(second.get("default", ALICE, id(1))).getMessage()).contains("in use");
        first.close();
        eventually(() -> second.status().state() == State.READY);
        assertThat(await(second.get("default", ALICE, id(1)))).isPresent();
        second.close();
    }

    @Test
    void belowTheReserveNothingIsAddedAndTheRestGoesOn() {
        XodusMailboxStore plenty = open(TestOptions.in(data, "mailbox"));
        await(plenty.put(envelope(1)));
        await(plenty.put(envelope(2)));
        plenty.close();

        DiskOptions none = TestOptions.in(data, "mailbox");
        XodusMailboxStore store = open(new DiskOptions(none.directory(), Long.MAX_VALUE, true, none.sealing()));
        StoreException refused = awaitFailure(store.put(envelope(3)));
        assertThat(refused.reason()).isEqualTo(StoreException.Reason.DISK_FULL);
        assertThat(refused.getMessage()).contains("reserve").contains("free some");
        assertThat(store.status().state()).isEqualTo(State.WAITING);
        assertThat(await(store.waiting("default", ALICE, PHONE, 0, 10))).hasSize(2);
        await(store.acknowledge("default", ALICE, id(1), PHONE, new byte[1], Set.of(PHONE)));
        assertThat(await(store.expire(1_000_000, 10))).isPositive();
        store.close();
    }

    private void storeTwo(DiskOptions options) {
        XodusMailboxStore store = open(options);
        await(store.put(envelope(1)));
        await(store.put(envelope(2)));
        store.close();
    }

    private XodusMailboxStore open(DiskOptions options) {
        return new XodusMailboxStore(environment, options, 1_000, Long.MAX_VALUE);
    }

    /** Finds the stored value in the files and changes one bit in its middle, as a rotten disk would. */
    private void flipABitOf(String table, int number) throws IOException {
        byte[] key = Keys.join(Keys.user("default", ALICE), Keys.part(id(number)));
        byte[][] value = new byte[1][];
        inTable(table, (store, txn) -> {
            var found = store.get(txn, new ArrayByteIterable(key));
            value[0] = Arrays.copyOf(found.getBytesUnsafe(), found.getLength());
        });
        try (Stream<Path> files = Files.list(data.resolve("store/mailbox"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".xd")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                int at = indexOf(bytes, value[0]);
                if (at >= 0) {
                    bytes[at + value[0].length / 2] ^= 4;
                    Files.write(file, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("the record is in no file");
    }

    private interface Work {
        void run(Store store, Transaction txn);
    }

    private void inTable(String table, Work work) {
        Environment files = Environments.newInstance(data.resolve("store/mailbox").toFile(), new EnvironmentConfig()
                .setLogFileSize(2 * 1024).setLogCachePageSize(16 * 1024).setManagementEnabled(false)
                .setLogCacheUseSoftReferences(false));
        files.executeInTransaction(txn -> work.run(files.openStore(table, StoreConfig.WITHOUT_DUPLICATES, txn), txn));
        files.close();
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    private static void eventually(BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static StoredEnvelope envelope(int number) {
        return new StoredEnvelope("default", ALICE, id(number), 0, 100_000, BODY);
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
