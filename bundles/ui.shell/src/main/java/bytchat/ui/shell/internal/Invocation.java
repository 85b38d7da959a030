package bytchat.ui.shell.internal;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One command line, and where it came from.
 *
 * @param directory the caller's working directory, for relative file names
 * @param input     what the caller's standard input held, if the command line asks for it
 * @param gone      whether the caller has left: nobody waits for the answer any more
 */
public record Invocation(List<String> arguments, Path directory, byte[] input, PrintWriter out, PrintWriter err,
        BooleanSupplier gone) {
    public Invocation {
        arguments = List.copyOf(arguments);
    }
}
