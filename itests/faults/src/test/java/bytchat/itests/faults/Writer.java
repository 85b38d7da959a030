package bytchat.itests.faults;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.store.xodus.internal.DiskOptions;
import bytchat.store.xodus.internal.XodusMailboxStore;
import bytchat.tck.TestEnvironment;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;

/**
 * A process that stores envelopes number by number until it is killed, and says each number on its standard output as
 * soon as the store has promised it. Arguments: data directory, first number.
 */
public final class Writer {
    static final Key ALICE = Key.of(new byte[] {7, 7, 7});
    private static final int UNDER_WAY_MAX = 64;

    private Writer() {
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        XodusMailboxStore store = open(new TestEnvironment(), Path.of(args[0]), 0);
        Semaphore underWay = new Semaphore(UNDER_WAY_MAX);
        for (int number = Integer.parseInt(args[1]);; number++) {
            int next = number;
            underWay.acquire();
            store.put(envelope(number)).whenComplete((outcome, failure) -> {
                underWay.release();
                out.println(failure == null ? next : failure.getMessage());
                out.flush();
            });
        }
    }

    static XodusMailboxStore open(TestEnvironment environment, Path data, long reserveMib) {
        return new XodusMailboxStore(environment, DiskOptions.of(data, "mailbox", "", reserveMib, new SecureRandom()),
                1_000_000, Long.MAX_VALUE);
    }

    static StoredEnvelope envelope(int number) {
        // of different sizes, and recognisable
        byte[] bytes = ByteBuffer.allocate(100 + number % 5_000).putInt(number).array();
        return new StoredEnvelope("default", ALICE, id(number), 0, Long.MAX_VALUE / 2, bytes);
    }

    static BBytes id(int number) {
        return BBytes.wrap(ByteBuffer.allocate(32).putInt(number * 0x9e3779b1).putInt(number).array());
    }
}
