package bytchat.itests.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What an answered request costs a node, in CPU time of its whole process, beside plain Java sockets that send back the
 * same bytes: the assembled node with its default limits and a full table, asked from 4,000 addresses by a C program
 * that keeps a number of questions under way. The servers take turns in every round, so that whatever else the machine
 * does falls on all of them.
 */
public final class ServerCost implements AutoCloseable {
    private static final List<String> KINDS = List.of("ping", "find_node");
    private static final int CONTACTS = 960;
    private static final int FILL_SECONDS = 15;
    /** Of each kind and server: until then the JVM compiles, and that is not what an answer costs. */
    private static final int WARM_UP_SECONDS = 12;
    private static final int WINDOW = 192;
    private static final int READY_SECONDS_MAX = 60;

    private final List<Process> processes = new ArrayList<>();
    private final Map<String, Process> servers = new LinkedHashMap<>();
    private final Path directory;
    private PrintStream commands;
    private BufferedReader answers;

    private ServerCost(Path directory) {
        this.directory = directory;
    }

    /** Arguments: the script {@code bytchat}, the load generator, rounds, seconds of each, hash. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("bytchat-server-");
        ServerCost cost = new ServerCost(directory);
        Runtime.getRuntime().addShutdownHook(new Thread(cost::close));
        cost.run(arguments[0], arguments[1], Integer.parseInt(arguments[2]), Double.parseDouble(arguments[3]), arguments[4]);
        System.exit(0);
    }

    private void run(String script, String generator, int rounds, double seconds, String hash) throws Exception {
        int nodePort = freePort();
        int channelPort = freePort();
        int socketPort = freePort();
        servers.put("BytChat", node(script, nodePort, hash));
        int idBytes = hash.equals("sha-1") ? 20 : 64;
        Process load = begin(new ProcessBuilder(generator, String.valueOf(idBytes), "-", "127.0.0.1:" + nodePort,
                "127.0.0.1:" + channelPort, "127.0.0.1:" + socketPort).redirectError(ProcessBuilder.Redirect.INHERIT));
        commands = new PrintStream(load.getOutputStream(), true, StandardCharsets.US_ASCII);
        answers = load.inputReader(StandardCharsets.US_ASCII);
        tell("fill 0 " + CONTACTS + " " + FILL_SECONDS);
        String pong = tell("sample 0 ping");
        String nodes = tell("sample 0 find_node");
        System.out.printf("answers: ping %d bytes, find_node %d bytes%n", pong.length() / 2, nodes.length() / 2);
        int pingBytesMax = (int) Double.parseDouble(tell("load 0 ping 1 0.1").split(" ")[3]);
        servers.put("DatagramChannel", plain("channel", channelPort, pong, nodes, pingBytesMax));
        servers.put("DatagramSocket", plain("socket", socketPort, pong, nodes, pingBytesMax));
        TimeUnit.SECONDS.sleep(1);
        List<Measurement> measurements = new ArrayList<>();
        for (String kind : KINDS) {
            for (String server : servers.keySet()) {
                measure(-1, kind, server, WARM_UP_SECONDS);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (String kind : KINDS) {
                for (String server : servers.keySet()) {
                    measurements.add(measure(round, kind, server, seconds));
                }
            }
        }
        report(measurements, rounds);
    }

    private Process node(String script, int port, String hash) throws Exception {
        Path ready = directory.resolve("ready");
        Process node = begin(new ProcessBuilder(script, "node", "--data", directory.resolve("data").toString(), "--listen",
                "127.0.0.1:" + port, "--hash", hash, "--network", "open", "--features", "routing", "--ready-file",
                ready.toString()).redirectOutput(directory.resolve("node.log").toFile()).redirectErrorStream(true));
        for (int i = 0; !Files.exists(ready); i++) {
            if (!node.isAlive() || i > READY_SECONDS_MAX * 10) {
                throw new IOException("the node did not get ready:\n" + Files.readString(directory.resolve("node.log")));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return node;
    }

    private Process plain(String kind, int port, String pong, String nodes, int pingBytesMax) throws IOException {
        return begin(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx96m", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path"),
                PlainServer.class.getName(), kind, String.valueOf(port), pong, nodes, String.valueOf(pingBytesMax))
                .inheritIO());
    }

    private Process begin(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private String tell(String command) throws IOException {
        commands.println(command);
        String answer = answers.readLine();
        if (answer == null || answer.isEmpty()) {
            throw new IOException("the load generator has no answer to: " + command);
        }
        return answer;
    }

    private Measurement measure(int round, String kind, String server, double seconds) throws IOException {
        int index = List.copyOf(servers.keySet()).indexOf(server);
        double before = cpuSeconds(servers.get(server).pid());
        String[] result = tell("load " + index + " " + kind + " " + WINDOW + " " + seconds).split(" ");
        double cpu = cpuSeconds(servers.get(server).pid()) - before;
        long answered = Long.parseLong(result[0]);
        Measurement measured = new Measurement(round, kind, server, cpu / answered * 1e6, answered / Double.parseDouble(result[2]),
                (double) answered / Long.parseLong(result[1]), Double.parseDouble(result[4]));
        if (round >= 0) {
            System.out.println(measured.line());
        }
        return measured;
    }

    /** User and system time of all threads of a process: the sum of what its scheduler has counted, in nanoseconds. */
    private static double cpuSeconds(long pid) throws IOException {
        long nanos = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            for (Path thread : threads.toList()) {
                nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
            }
        }
        return nanos / 1e9;
    }

    private void report(List<Measurement> all, int rounds) {
        for (String kind : KINDS) {
            System.out.printf("%n%s%n", kind);
            for (String server : servers.keySet()) {
                double[] micros = all.stream().filter(m -> m.kind.equals(kind) && m.server.equals(server))
                        .mapToDouble(Measurement::micros).sorted().toArray();
                System.out.printf(Locale.ROOT, "  %-16s CPU an answer: min %.2f  median %.2f  max %.2f µs   = %.0f answers a CPU second%n",
                        server, micros[0], middle(micros), micros[micros.length - 1], 1e6 / middle(micros));
            }
            for (String plain : List.of("DatagramChannel", "DatagramSocket")) {
                double[] ratios = new double[rounds];
                for (int round = 0; round < rounds; round++) {
                    ratios[round] = find(all, round, kind, "BytChat") / find(all, round, kind, plain);
                }
                Arrays.sort(ratios);
                System.out.printf(Locale.ROOT, "  BytChat : %-16s min %.2f  median %.2f  max %.2f%n",
                        plain, ratios[0], middle(ratios), ratios[rounds - 1]);
            }
        }
    }

    private static double find(List<Measurement> all, int round, String kind, String server) {
        return all.stream().filter(m -> m.round == round && m.kind.equals(kind) && m.server.equals(server))
                .findFirst().orElseThrow().micros;
    }

    private static double middle(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Process process : processes) {
                process.waitFor(10, TimeUnit.SECONDS);
            }
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | InterruptedException e) {
            System.err.println(directory + " could not be removed: " + e);
        }
    }

    private record Measurement(
            int round, String kind, String server, double micros, double perSecond, double answered, double answerBytes) {
        String line() {
            return String.format(Locale.ROOT, "round %d  %-9s %-16s %.2f µs CPU an answer, %.0f answers/s, %.1f %% answered, %.0f bytes",
                    round + 1, kind, server, micros, perSecond, answered * 100, answerBytes);
        }
    }
}
