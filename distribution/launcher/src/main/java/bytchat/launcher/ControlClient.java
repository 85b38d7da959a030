package bytchat.launcher;

import java.io.BufferedReader;
import java.io.Console;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code bytchat ctl}: gives one command to the node that runs on a data directory, over its control socket. It knows
 * no command: the node has them all. It starts no framework and parses no annotations, so that a script can call it
 * often.
 *
 * <p>Exit codes are the command's own (0 done, 1 not done, 2 not understood, 4 not in time), and 7 when no node runs
 * there.
 */
public final class ControlClient {
    /** Exit code: no node listens on the control socket of that data directory. */
    public static final int NOT_RUNNING = 7;

    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String DATA_OPTION = "--data";
    private static final String STANDARD_INPUT = "-";
    /** A passphrase is asked for here, where the user types, and sent as the standard input. */
    private static final String PASSPHRASE_OPTION = "--passphrase";
    private static final String NEW_PASSPHRASE_OPTION = "--new-passphrase";
    /** Bytes of the standard input that are passed on; more than any command takes. */
    private static final int INPUT_BYTES_MAX = 128 * 1024;
    /** Bytes of one piece of an answer. */
    private static final int FRAME_BYTES_MAX = 16 * 1024 * 1024;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    public ControlClient(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        int code = run(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs {@code [--data DIR] COMMAND…} with the process's own streams. */
    public static int run(String... arguments) {
        return new ControlClient(System.in, System.out, System.err).execute(List.of(arguments));
    }

    /** @return the exit code */
    public int execute(List<String> arguments) {
        Path data = Path.of(System.getProperty("user.home"), ".bytchat");
        List<String> command = arguments;
        if (!command.isEmpty() && command.get(0).startsWith(DATA_OPTION + "=")) {
            data = Path.of(command.get(0).substring(DATA_OPTION.length() + 1));
            command = command.subList(1, command.size());
        } else if (!command.isEmpty() && command.get(0).equals(DATA_OPTION)) {
            if (command.size() < 2) {
                return say("--data needs a directory: bytchat ctl --data DIR COMMAND", USAGE);
            }
            data = Path.of(command.get(1));
            command = command.subList(2, command.size());
        }
        Path directory = data.toAbsolutePath().normalize();
        boolean wantsHelp = command.isEmpty() || command.get(0).equals("--help") || command.get(0).equals("-h");
        if (wantsHelp) {
            out.println("Usage: bytchat ctl [--data DIR] COMMAND [--json] [--help]");
            out.println("Runs a command on the node of that data directory (default: ~/.bytchat).");
            command = List.of("--help");
        }
        byte[] request;
        try {
            request = request(command);
        } catch (IOException e) {
            return say(e.getMessage(), FAILED);
        }
        try (SocketChannel channel = connect(directory)) {
            send(channel, request);
            return answer(channel);
        } catch (EOFException e) {
            return say("the node on " + directory + " has stopped in the middle of the command", FAILED);
        } catch (SocketException e) {
            String reason = "no node runs on " + directory + ": start one with \"bytchat node --data " + directory
                    + "\"";
            return wantsHelp ? sayCommandsNeedANode(reason) : say(reason, NOT_RUNNING);
        } catch (IOException e) {
            return say("the node on " + directory + " cannot be asked: " + e.getMessage(), FAILED);
        }
    }

    private SocketChannel connect(Path directory) throws IOException {
        Path elsewhere = directory.resolve("ctl.path"); // made when the directory's name is too long for a socket
        Path socket = Files.isRegularFile(elsewhere)
                ? Path.of(Files.readString(elsewhere).strip()) : directory.resolve("ctl.sock");
        if (!Files.exists(socket)) {
            throw new SocketException("no " + socket);
        }
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Asks for what the command line says is to be typed before the node waits for it. */
    private byte[] request(List<String> command) throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("args", command);
        request.put("cwd", Path.of("").toAbsolutePath().toString());
        if (command.stream().anyMatch(one -> one.equals(STANDARD_INPUT) || one.equals("--file=" + STANDARD_INPUT))) {
            request.put("stdin", Base64.getEncoder().encodeToString(in.readNBytes(INPUT_BYTES_MAX)));
        } else if (command.contains(PASSPHRASE_OPTION) || command.contains(NEW_PASSPHRASE_OPTION)) {
            byte[] words = passphrase(command.contains(NEW_PASSPHRASE_OPTION)).getBytes(StandardCharsets.UTF_8);
            request.put("stdin", Base64.getEncoder().encodeToString(words));
        }
        return (Json.write(request) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Typed without being shown, a new one twice; the first line of the standard input where nobody can type. */
    private String passphrase(boolean isNew) throws IOException {
        Console console = System.console();
        if (console == null) {
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        }
        String words = typed(console, "Passphrase: ");
        if (isNew && !words.equals(typed(console, "The same again: "))) {
            throw new IOException("the two are not the same; nothing was done");
        }
        return words;
    }

    private static String typed(Console console, String prompt) throws IOException {
        char[] words = console.readPassword(prompt);
        if (words == null) {
            throw new IOException("no passphrase was given; nothing was done");
        }
        return new String(words);
    }

    private static void send(SocketChannel channel, byte[] request) throws IOException {
        ByteBuffer line = ByteBuffer.wrap(request);
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    /** Frames of one byte what, four bytes length, and that many bytes, until the exit code. */
    private int answer(SocketChannel channel) throws IOException {
        DataInputStream frames = new DataInputStream(Channels.newInputStream(channel));
        while (true) {
            int kind = frames.readByte();
            int length = frames.readInt();
            if (length < 0 || length > FRAME_BYTES_MAX) {
                throw new IOException("it answered a piece of " + length + " bytes");
            }
            byte[] payload = new byte[length];
            frames.readFully(payload);
            switch (kind) {
                case 'o' -> write(out, payload);
                case 'e' -> write(err, payload);
                case 'x' -> {
                    return Integer.parseInt(new String(payload, StandardCharsets.US_ASCII));
                }
                default -> throw new IOException("it answered something of kind " + kind
                        + ": is it of another version?");
            }
        }
    }

    private static void write(PrintStream stream, byte[] text) {
        stream.write(text, 0, text.length);
        stream.flush();
    }

    private int sayCommandsNeedANode(String reason) {
        out.println("The node lists its commands itself, and " + reason + ".");
        return 0;
    }

    private int say(String sentence, int code) {
        err.println("bytchat: " + sentence);
        return code;
    }
}
