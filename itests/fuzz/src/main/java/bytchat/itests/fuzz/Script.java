package bytchat.itests.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A fuzzer's bytes, read as choices: each choice takes the next byte, and after the end every choice is 0. So every input is a
 * script, and a small change of the input is a small change of what happens.
 */
final class Script {
    private final byte[] input;
    private int at;

    Script(byte[] input) {
        this.input = input;
    }

    boolean more() {
        return at < input.length;
    }

    /** 0 to 255. */
    int octet() {
        return at < input.length ? input[at++] & 0xff : 0;
    }

    /** 0 to below the bound, which is at most 65,536. */
    int below(int bound) {
        return (bound <= 256 ? octet() : octet() << 8 | octet()) % bound;
    }

    /** One time in so many, but never after the end. */
    boolean oneIn(int number) {
        return more() && octet() % number == number - 1;
    }

    /** Short ones are more likely. */
    int length(int max) {
        int size = octet();
        return Math.min(max, size < 192 ? size & 31 : size << 4 & 0xfff);
    }

    /** So many bytes: the next ones, and where they end a pattern. */
    byte[] bytes(int length) {
        byte[] taken = Arrays.copyOfRange(input, Math.min(at, input.length), Math.min(at, input.length) + length);
        int missing = at + length - input.length;
        at = Math.min(input.length, at + length);
        for (int i = Math.max(0, length - missing); i < length; i++) {
            taken[i] = (byte) (i * 7 + length);
        }
        return taken;
    }

    long number() {
        return switch (octet() & 7) {
            case 0 -> octet();
            case 1 -> -octet();
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> Integer.MAX_VALUE + (long) octet();
            case 5 -> octet() << 8 | octet();
            case 6 -> 1L << below(63);
            default -> 0;
        };
    }

    String word(List<String> words) {
        return oneIn(16) ? new String(bytes(length(40)), StandardCharsets.ISO_8859_1) : words.get(below(words.size()));
    }
}
