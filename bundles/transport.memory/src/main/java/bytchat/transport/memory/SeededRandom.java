package bytchat.transport.memory;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/** A SecureRandom that repeats itself: SplitMix64 (Steele, Lea and Flood 2014) from a seed. Never for production. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    SeededRandom(long seed) {
        super(new Spi(seed), null);
    }

    @Override
    public String getAlgorithm() {
        return "SplitMix64";
    }

    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    private static final class Spi extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        private long state;

        Spi(long seed) {
            this.state = mix(seed);
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            // Seeds from outside (the JDK mixes time in) would end the repeatability that this class is for.
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; ) {
                long word = mix(state++);
                for (int n = 0; n < 8 && i < bytes.length; n++) {
                    bytes[i++] = (byte) (word >>> (n * 8));
                }
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            byte[] seed = new byte[count];
            engineNextBytes(seed);
            return seed;
        }
    }
}
