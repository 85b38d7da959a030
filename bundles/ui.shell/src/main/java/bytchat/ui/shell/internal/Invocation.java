package bytchat.ui.shell.internal;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One command line, and where it came from.
 *
 * @param directory  the caller's working directory, for relative file names
 * @param input      what the caller's standard input held, if the command line asks for it
 * @param gone       whether the caller has left: nobody waits for the answer any more
 * @param afterwards takes what is to be done once the caller has the whole answer
 */
public record Invocation(List<String> arguments, Path directory, byte[] input, PrintWriter out, PrintWriter err,
        BooleanSupplier gone, Consumer<Runnable> afterwards) {
    /** For a caller who reads while the command runs: what is to be done afterwards is done at once. */
    public Invocation(List<String> arguments, Path directory, byte[] input, PrintWriter out, PrintWriter err, BooleanSupplier gone) {
        this(arguments, directory, input, out, err, gone, Runnable::run);
    }

    public Invocation {
        arguments = List.copyOf(arguments);
    }
}
