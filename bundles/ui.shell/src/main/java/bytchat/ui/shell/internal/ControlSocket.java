package bytchat.ui.shell.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands over a Unix-domain socket in the data directory.
 *
 * <p>Threat: another user of the machine gives commands. Answer: the socket is made in a directory of mode 0700, given
 * mode 0600, and only then moved to where it is looked for; there is no moment at which others could connect. The same
 * move replaces the socket that a killed node left behind: whoever holds the data directory's lock is the node.
 *
 * <p>A path of more than {@value #PATH_BYTES_MAX} bytes does not fit a socket address: then the socket lies in a short
 * temporary directory of mode 0700, and {@value #PATH_FILE} says where.
 */
final class ControlSocket implements AutoCloseable {
    static final String SOCKET_FILE = "ctl.sock";
    static final String PATH_FILE = "ctl.path";
    /** A second name, a symbolic link to wherever the socket lies: the launcher's own client looks for this one. */
    static final String LINK_FILE = "control.sock";
    /** Bytes of a socket's path on Linux, without the terminating zero. */
    static final int PATH_BYTES_MAX = 107;
    private static final String NURSERY = "ctl.new";
    private static final String BORN = "s";
    private static final int THREAD_IDLE_S = 10;
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Path data;
    private final Path socket;
    private final Optional<Path> refuge;
    private final ServerSocketChannel server;
    private final ThreadPoolExecutor handlers;
    private final Handler handler;

    private ControlSocket(Path data, Path socket, Optional<Path> refuge, ServerSocketChannel server, int connectionsMax,
            Handler handler) {
        this.data = data;
        this.socket = socket;
        this.refuge = refuge;
        this.server = server;
        this.handler = handler;
        AtomicInteger number = new AtomicInteger();
        this.handlers = new ThreadPoolExecutor(0, connectionsMax, THREAD_IDLE_S, TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> daemon(task, "bytchat-ctl-" + number.incrementAndGet()));
    }

    /**
     * Begins to listen.
     *
     * @param data           the data directory, which exists
     * @param connectionsMax commands that run at once; one more is told to try again
     */
    static ControlSocket open(Path data, int connectionsMax, Handler handler) throws IOException {
        Path wanted = data.resolve(SOCKET_FILE);
        Optional<Path> refuge = bytes(wanted) <= PATH_BYTES_MAX ? Optional.empty()
                : Optional.of(Files.createTempDirectory("bytchat-")); // of mode 0700
        Path nursery = refuge.orElse(data.resolve(NURSERY));
        Path socket = refuge.map(directory -> directory.resolve(SOCKET_FILE)).orElse(wanted);
        if (bytes(socket) > PATH_BYTES_MAX) {
            throw new IOException("neither " + wanted + " nor " + socket + " fits the " + PATH_BYTES_MAX
                    + " bytes of a socket's path: choose a shorter data directory, or a shorter java.io.tmpdir");
        }
        if (refuge.isEmpty()) {
            clear(nursery);
            Files.createDirectory(nursery,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Path born = nursery.resolve(BORN);
            server.bind(UnixDomainSocketAddress.of(born));
            Files.setPosixFilePermissions(born, PosixFilePermissions.fromString("rw-------"));
            Files.move(born, socket, StandardCopyOption.ATOMIC_MOVE);
            if (refuge.isPresent()) {
                Files.deleteIfExists(wanted);
                Files.writeString(data.resolve(PATH_FILE), socket + "\n");
            } else {
                clear(nursery);
                Files.deleteIfExists(data.resolve(PATH_FILE));
            }
            link(data, socket);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        ControlSocket control = new ControlSocket(data, socket, refuge, server, connectionsMax, handler);
        daemon(control::accept, "bytchat-ctl-accept").start();
        return control;
    }

    /** Where it listens. */
    Path path() {
        return socket;
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(data.resolve(LINK_FILE));
            Files.deleteIfExists(socket);
            if (refuge.isPresent()) {
                clear(refuge.get());
                Files.deleteIfExists(data.resolve(PATH_FILE));
            }
        } catch (IOException e) {
            LOG.warn("the control socket {} could not be removed: {}", socket, e.getMessage());
        }
        handlers.shutdownNow();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                try {
                    handlers.execute(() -> handler.serve(channel));
                } catch (java.util.concurrent.RejectedExecutionException e) {
                    handler.refuse(channel);
                }
            } catch (ClosedChannelException e) {
                return; // closed by us
            } catch (IOException e) {
                LOG.warn("the control socket does not accept commands any more: {}", e.getMessage());
                return;
            }
        }
    }

    private static void link(Path data, Path socket) throws IOException {
        Path fresh = data.resolve(LINK_FILE + ".new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, socket.getParent().equals(data) ? socket.getFileName() : socket);
        Files.move(fresh, data.resolve(LINK_FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> found = Files.walk(directory)) {
                for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Deals with connections; closes each. */
    interface Handler {
        /** Reads one request, runs it, answers. On a thread of its own. */
        void serve(SocketChannel channel);

        /** There is no thread for it. Must not block. */
        void refuse(SocketChannel channel);
    }
}
