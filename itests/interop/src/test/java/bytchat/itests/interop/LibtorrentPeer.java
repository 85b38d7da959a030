package bytchat.itests.interop;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Debian's {@code python3-libtorrent} as a process, {@code peer.py}. */
final class LibtorrentPeer extends PeerProcess {
    /** Debian's own: another Python does not see what Debian installs. */
    private static final String PYTHON = "/usr/bin/python3";
    private static final Path SCRIPT = Path.of(System.getProperty("interop.python"), "peer.py");

    private final String address;

    private LibtorrentPeer(String address, String bootstrap, Path directory) throws IOException {
        super(List.of(PYTHON, SCRIPT.toString(), address, bootstrap), directory);
        this.address = address;
    }

    /** Why there is no libtorrent here; empty if there is. */
    static Optional<String> missing() {
        try {
            Process process = new ProcessBuilder(PYTHON, "-c", "import libtorrent").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            boolean there = process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
            return there ? Optional.empty() : Optional.of("libtorrent is missing: install python3-libtorrent");
        } catch (IOException e) {
            return Optional.of("libtorrent is missing: install python3-libtorrent (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while python3 ran", e);
        }
    }

    /** Joins through one of our nodes. Datagrams and connections have the same port, a free one. */
    static LibtorrentPeer start(String host, String bootstrap, Path directory) throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getByName(host))) {
            port = free.getLocalPort();
        }
        return new LibtorrentPeer(host + ":" + port, bootstrap, directory);
    }

    String address() {
        return address;
    }
}
