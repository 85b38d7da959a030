package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.tck.StoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Figures for the README. Not a test: run it by hand, with a directory on the disk in question. */
public final class StoreBenchmark {
    private static final int RECORDS = 45_000;
    private static final int BODY_BYTES = 1_024;

    private StoreBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory(Path.of(args[0]), "bench");
        TestEnvironment environment = new TestEnvironment();
        report("first opening, empty, classes loaded for the first time", open(environment, data));
        report("opening, empty", open(environment, data));

        XodusMailboxStore store = mailbox(environment, data);
        int number = 0;
        for (int underWay : new int[] {1, 16, 256, 2_048}) {
            int puts = underWay == 1 ? 1_000 : underWay == 16 ? 5_000 : 10_000;
            long commits = commits(store);
            long began = System.nanoTime();
            Semaphore limit = new Semaphore(underWay);
            for (int i = 0; i < puts; i++) {
                limit.acquire();
                store.put(envelope(number++)).whenComplete((outcome, failure) -> limit.release());
            }
            limit.acquire(underWay);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("%5d puts under way: %6.0f durable puts/s of 1 KiB, %5.1f puts a commit%n",
                    underWay, puts / seconds, (double) puts / (commits(store) - commits));
        }
        Semaphore limit = new Semaphore(2_048);
        while (number < RECORDS) {
            limit.acquire();
            store.put(envelope(number++)).whenComplete((outcome, failure) -> limit.release());
        }
        limit.acquire(2_048);
        long began = System.nanoTime();
        for (int i = 0; i < 5_000; i++) {
            StoreContract.await(store.get("default", to(i * 7), id(i * 7)));
        }
        System.out.printf("reads one after the other: %.0f/s%n", 5_000 / ((System.nanoTime() - began) / 1e9));
        store.close();
        report("opening with " + RECORDS + " records", open(environment, data));
        store = mailbox(environment, data);
        StoreContract.await(store.get("default", to(1), id(1)));
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("heap after GC with %d records open: %.1f MB%n", RECORDS,
                (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
        began = System.nanoTime();
        int gone = 0;
        while (store.stats().envelopes() > 0) {
            gone += StoreContract.await(store.expire(Long.MAX_VALUE, 1_000));
        }
        System.out.printf("expired %d in %.2f s%n", gone, (System.nanoTime() - began) / 1e9);
        store.close();
        System.exit(0);
    }

    private static long open(TestEnvironment environment, Path data) {
        XodusMailboxStore store = mailbox(environment, data);
        StoreContract.await(store.get("default", to(0), id(0)));
        long millis = (Long) store.status().facts().get("opened_ms");
        store.close();
        return millis;
    }

    private static void report(String what, long millis) {
        System.out.println(what + ": " + millis + " ms");
    }

    private static long commits(XodusMailboxStore store) {
        StoreContract.await(store.devices("default", to(0)));
        return (Long) store.status().facts().get("commits");
    }

    private static XodusMailboxStore mailbox(TestEnvironment environment, Path data) {
        return new XodusMailboxStore(environment, TestOptions.in(data, "mailbox"), 1_000_000, Long.MAX_VALUE);
    }

    private static StoredEnvelope envelope(int number) {
        return new StoredEnvelope("default", to(number), id(number), 0, 1_000_000L + number, new byte[BODY_BYTES]);
    }

    private static Key to(int number) {
        return Key.of(ByteBuffer.allocate(64).putInt(number % 500 * 0x9e3779b1).array());
    }

    private static BBytes id(int number) {
        return BBytes.wrap(ByteBuffer.allocate(32).putInt(number * 0x85ebca6b).putInt(number).array());
    }
}
