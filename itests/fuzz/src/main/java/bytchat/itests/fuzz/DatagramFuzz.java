package bytchat.itests.fuzz;

/** The target of Jazzer, which looks for scripts that reach new code; and, as a program, the same without it: {@code fuzz.sh}. */
public final class DatagramFuzz {
    private static FuzzReport report;

    private DatagramFuzz() {
    }

    public static void fuzzerInitialize() {
        report = new FuzzReport();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        report.play(input);
    }

    /** The JVM is going down then, and its flight recorder with it: what it has not told of yet, a second's worth, it does not tell. */
    public static void fuzzerTearDown() {
        report.end();
    }

    /**
     * Mutates the corpus blindly.
     *
     * @param arguments how many datagrams, and a seed
     */
    public static void main(String[] arguments) throws InterruptedException {
        long datagrams = Long.parseLong(arguments[0]);
        Mutations mutations = new Mutations(Corpus.load(), Long.parseLong(arguments[1]));
        FuzzReport all = new FuzzReport();
        while (all.datagrams() < datagrams) {
            all.play(mutations.next());
        }
        Thread.sleep(2_000); // until the flight recorder has told all
        all.end();
        System.exit(0);
    }
}
