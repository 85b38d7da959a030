package bytchat.ui.shell.internal;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/** One command in Gogo. It gives no value: what it says goes to the console. */
final class GogoFunction implements Function {
    private final Shell shell;
    private final String name;

    GogoFunction(Shell shell, String name) {
        this.shell = shell;
        this.name = name;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) {
        List<String> line = new ArrayList<>(List.of(name));
        arguments.forEach(argument -> line.add(String.valueOf(argument)));
        PrintStream console = session.getConsole();
        PrintWriter out = new PrintWriter(console, true, StandardCharsets.UTF_8);
        Path directory = session.currentDir() == null ? Path.of("") : session.currentDir();
        shell.run(new Invocation(line, directory, new byte[0], out, out, () -> false));
        return null;
    }
}
