package bytchat.itests.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Tells the story as it happens: a numbered step, what was seen, and how long after the start. */
final class Narrator {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();
    private int step;

    Narrator(PrintStream out) {
        this.out = out;
    }

    void step(String title) {
        step++;
        out.printf(Locale.ROOT, "%n%6.1f s  %2d. %s%n", seconds(), step, title);
    }

    void say(String format, Object... values) {
        out.printf(Locale.ROOT, "              " + format + "%n", values);
    }

    void plain(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
    }

    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
