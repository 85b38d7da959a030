package bytchat.itests.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Scripts made from those of the corpus, without looking at what they reach: less clever than the fuzzer, and many times as fast. */
final class Mutations {
    private static final int SCRIPT_BYTES_MAX = 600;

    private final List<byte[]> corpus;
    private final Random chance;

    Mutations(List<byte[]> corpus, long seed) {
        this.corpus = corpus;
        this.chance = new Random(seed);
    }

    /** Some pieces of the corpus, one after the other, with some bytes changed; sometimes bytes of chance alone. */
    byte[] next() {
        byte[] script = new byte[chance.nextInt(SCRIPT_BYTES_MAX)];
        if (chance.nextInt(8) == 0) {
            chance.nextBytes(script);
            return script;
        }
        int length = 0;
        while (length < script.length) {
            byte[] piece = corpus.get(chance.nextInt(corpus.size()));
            int from = chance.nextInt(3) == 0 ? chance.nextInt(piece.length) : 0;
            int taken = Math.min(script.length - length, 1 + chance.nextInt(piece.length - from));
            System.arraycopy(piece, from, script, length, taken);
            length += taken;
            if (chance.nextInt(2) == 0) {
                break;
            }
        }
        for (int i = chance.nextInt(8); i > 0 && length > 0; i--) {
            script[chance.nextInt(length)] = (byte) chance.nextInt(256);
        }
        return Arrays.copyOf(script, length);
    }
}
