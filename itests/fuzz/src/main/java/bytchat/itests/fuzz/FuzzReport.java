package bytchat.itests.fuzz;

import java.util.Locale;
import java.util.Map;

/** A run's count of what was delivered, of what escaped, and of the heap in use after a collection now and then. */
final class FuzzReport {
    private static final long FIRST_SAMPLE = 100_000;

    private final Attack attack = new Attack();
    private final FaultWatch watch = new FaultWatch();
    private final long startedNanos = System.nanoTime();
    private final StringBuilder heap = new StringBuilder();
    private long nextSample = FIRST_SAMPLE;
    private long escaped;

    /** Plays a script; what escapes is counted, and thrown on. */
    void play(byte[] script) {
        try {
            attack.play(script);
        } catch (RuntimeException | Error e) {
            escaped++;
            throw e;
        }
        if (attack.datagrams() >= nextSample) {
            sampleHeap();
            nextSample *= 2;
        }
    }

    long datagrams() {
        return attack.datagrams();
    }

    /** Prints it, and throws if anything has escaped. */
    void end() {
        Map<String, Integer> faults = watch.found();
        System.err.printf(Locale.ROOT,
                "%nfuzz: %,d datagrams and %,d frames in %,d s, %d exceptions escaped, %d faults swallowed (of %,d exceptions seen)%n",
                attack.datagrams(), attack.frames(), (System.nanoTime() - startedNanos) / 1_000_000_000L, escaped, faults.size(),
                watch.seen());
        faults.forEach((fault, times) -> System.err.println("fuzz: swallowed " + times + " times: " + fault));
        sampleHeap();
        System.err.println("fuzz: heap in use after a collection:" + heap);
        System.err.println("fuzz: " + attack);
        attack.check();
        if (escaped > 0 || !faults.isEmpty()) {
            throw new AssertionError("something escaped");
        }
    }

    private void sampleHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        long bytes = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        heap.append(String.format(Locale.ROOT, " %.1f MB after %,d datagrams;", bytes / 1e6, attack.datagrams()));
    }
}
