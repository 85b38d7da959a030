package bytchat.ui.shell.internal;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is spoken on the control socket. The request is one line of JSON,
 * {@code {"args": [text…], "cwd": text, "stdin": base64}}, the last two optional; or just the array of its texts,
 * without directory and input. The answer is frames, as they come: one byte {@code o} (out), {@code e} (error) or
 * {@code x} (exit code, the last one), the length of the rest as 4 bytes big-endian, then UTF-8 text; of {@code x} the
 * number in decimal.
 */
final class ControlProtocol implements ControlSocket.Handler {
    static final char OUT = 'o';
    static final char ERROR = 'e';
    static final char EXIT = 'x';
    /** Bytes of a request. */
    static final int REQUEST_BYTES_MAX = 256 * 1024;
    /** A caller who has not said what it wants by then is left. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(ControlProtocol.class);

    private final Shell shell;
    private final EventLoop loop;

    ControlProtocol(Shell shell, EventLoop loop) {
        this.shell = shell;
        this.loop = loop;
    }

    @Override
    public void serve(SocketChannel channel) {
        try (channel) {
            String request;
            Registration timeout = loop.schedule(REQUEST_TIMEOUT, () -> leave(channel));
            try {
                request = readLine(channel);
            } finally {
                timeout.close();
            }
            int code;
            List<Runnable> afterwards = new ArrayList<>();
            try {
                code = run(request, channel, afterwards);
            } catch (JsonException | ClassCastException | IllegalArgumentException e) {
                String sentence = "bytchat: the request is not the JSON that this socket understands\n";
                frame(channel, ERROR, sentence.getBytes(StandardCharsets.UTF_8));
                code = Shell.USAGE;
            }
            frame(channel, EXIT, Integer.toString(code).getBytes(StandardCharsets.US_ASCII));
            afterwards.forEach(Runnable::run);
        } catch (IOException e) {
            LOG.debug("a caller of the control socket has left: {}", e.getMessage());
        }
    }

    @Override
    public void refuse(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(false);
            frame(channel, ERROR,
                    "bytchat: too many commands run at once: try again\n".getBytes(StandardCharsets.UTF_8));
            frame(channel, EXIT, Integer.toString(Shell.FAILED).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("a caller of the control socket has left: {}", e.getMessage());
        }
    }

    private int run(String request, SocketChannel channel, List<Runnable> afterwards) throws IOException {
        Request parsed = parse(request);
        PrintWriter out = writer(channel, OUT);
        PrintWriter err = writer(channel, ERROR);
        int code = shell.run(new Invocation(parsed.arguments(), parsed.directory(), parsed.input(), out, err,
                () -> hasLeft(channel), afterwards::add));
        out.flush();
        err.flush();
        return code;
    }

    private static Request parse(String request) {
        JsonStructure structure;
        try (JsonReader reader = Printer.JSON.createReader(new StringReader(request))) {
            structure = reader.read();
        }
        if (structure instanceof JsonArray words) {
            return new Request(strings(words), Path.of("/"), new byte[0]);
        }
        JsonObject json = structure.asJsonObject();
        JsonArray words = json.getJsonArray("args");
        if (words == null) {
            throw new IllegalArgumentException("no args");
        }
        return new Request(strings(words), Path.of(json.getString("cwd", "/")), Base64.getDecoder()
                .decode(json.getString("stdin", "")));
    }

    private static List<String> strings(JsonArray words) {
        return words.getValuesAs(JsonString.class).stream().map(JsonString::getString).toList();
    }

    private record Request(List<String> arguments, Path directory, byte[] input) {
    }

    private static void leave(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing: {}", e.getMessage());
        }
    }

    private static String readLine(SocketChannel channel) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            for (buffer.flip(); buffer.hasRemaining();) {
                byte next = buffer.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            if (line.size() > REQUEST_BYTES_MAX) {
                throw new IOException("a request of more than " + REQUEST_BYTES_MAX + " bytes");
            }
        }
        throw new IOException("no whole request");
    }

    /** The caller says nothing more after its request, so all that can be read is its end. */
    private static boolean hasLeft(SocketChannel channel) {
        try {
            synchronized (channel) {
                channel.configureBlocking(false);
                try {
                    return channel.read(ByteBuffer.allocate(1)) < 0;
                } finally {
                    channel.configureBlocking(true);
                }
            }
        } catch (IOException e) {
            return true;
        }
    }

    private static PrintWriter writer(SocketChannel channel, char kind) {
        return new PrintWriter(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                frame(channel, kind, java.util.Arrays.copyOfRange(bytes, offset, offset + length));
            }
        }, false, StandardCharsets.UTF_8);
    }

    private static void frame(SocketChannel channel, char kind, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(1 + Integer.BYTES + payload.length).put((byte) kind)
                .putInt(payload.length).put(payload);
        frame.flip();
        synchronized (channel) {
            while (frame.hasRemaining()) {
                if (channel.write(frame) == 0) {
                    return; // a refused caller that does not read
                }
            }
        }
    }
}
