package bytchat.itests.benchmarks;

import bytchat.itests.demo.Ctl;
import bytchat.itests.demo.DemoFailure;
import bytchat.itests.demo.DemoNode;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Switches the delivery plane of every node of a network of real processes, again and again, while their people send each other messages.
 * Counts what was lost and what was shown twice, and how long sends stood still.
 */
public final class PlaneSwitch {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell";
    private static final List<String> PLANES = List.of("direct", "mailbox");
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SENDERS = 4;
    /** Rows that an inbox is asked for at a time: far more than come in between two questions. */
    private static final int INBOX_MAX = 1_024;

    private final List<DemoNode> nodes = new ArrayList<>();
    private final Map<String, String> accepted = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    private final List<Long> pausesMillis = new ArrayList<>();
    private final List<Long> tookMillis = new ArrayList<>();
    /** What receivers show, by node and message. */
    private final Map<String, JsonObject> shown = new TreeMap<>();

    private PlaneSwitch() {
    }

    /** Arguments: the script {@code bytchat}, nodes, switches, messages a second, seconds of traffic before the first switch. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("bytchat-planes-");
        PlaneSwitch benchmark = new PlaneSwitch();
        Runtime.getRuntime().addShutdownHook(new Thread(benchmark::end));
        Optional<Path> home = Optional.ofNullable(System.getenv("BYTCHAT_HOME")).map(Path::of);
        try {
            benchmark.start(Integer.parseInt(arguments[1]), directory, arguments[0], home);
            System.exit(benchmark.run(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Duration.ofSeconds(Long.parseLong(arguments[4]))) ? 0 : 1);
        } catch (DemoFailure | TimeoutException failure) {
            System.err.println(failure.getMessage() + "\nThe nodes' data is in " + directory);
            System.exit(1);
        }
    }

    private void end() {
        nodes.forEach(node -> {
            try {
                node.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Everybody knows the next one, and so the one before. */
    private void start(int count, Path directory, String script, Optional<Path> home) throws Exception {
        for (int i = 0; i < count; i++) {
            String name = "p" + i;
            DemoNode node = new DemoNode(name, directory.resolve(name), script, List.of("--features", FEATURES), home);
            if (i > 0) {
                node.joinBy(nodes.get(0).address());
            }
            nodes.add(node);
            node.start();
            node.awaitReady();
            Ctl.run(node, "account", "create", name);
        }
        List<String> links = new ArrayList<>();
        for (DemoNode node : nodes) {
            await("link of " + node.name(), () -> !account(node).getString("link", "").isEmpty());
            links.add(account(node).getString("link"));
        }
        for (int i = 0; i < count; i++) {
            int next = (i + 1) % count;
            Ctl.run(nodes.get(i), "contact", "add", links.get(next), "--name", nodes.get(next).name());
            Ctl.run(nodes.get(next), "contact", "add", links.get(i), "--name", nodes.get(i).name());
        }
        for (DemoNode node : nodes) {
            await("sessions of " + node.name(), () -> connected(node));
        }
        System.out.println(count + " nodes run, everybody is connected with two others");
    }

    private boolean run(int switches, int perSecond, Duration warmUp) throws Exception {
        ScheduledExecutorService senders = Executors.newScheduledThreadPool(SENDERS);
        senders.scheduleAtFixedRate(() -> senders.execute(this::send), 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < warmUp.toNanos()) {
            Thread.sleep(BETWEEN.toMillis());
            look();
        }
        for (int i = 0; i < switches; i++) {
            Thread.sleep(BETWEEN.toMillis());
            for (DemoNode node : nodes) {
                tookMillis.add(Ctl.run(node, "plane", "switch", PLANES.get(i % PLANES.size())).asJsonObject().getJsonNumber("took_ms").longValue());
            }
            Thread.sleep(BETWEEN.toMillis());
            for (DemoNode node : nodes) {
                pausesMillis.add(Ctl.run(node, "plane", "status").asJsonObject().getJsonNumber("pause_last_ms").longValue());
            }
            look();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        senders.shutdown();
        senders.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return report(switches, seconds);
    }

    private void send() {
        int n = number.getAndIncrement();
        int from = n % nodes.size();
        int to = (from + (n / nodes.size() % 2 == 0 ? 1 : nodes.size() - 1)) % nodes.size();
        String text = nodes.get(from).name() + " to " + nodes.get(to).name() + " " + n;
        if (Ctl.attempt(nodes.get(from), "send", nodes.get(to).name(), text).exitCode() == 0) {
            accepted.put(text, nodes.get(to).name());
        } else {
            refused.incrementAndGet();
        }
    }

    private boolean report(int switches, double seconds) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Map<String, Integer> times = look();
        while (!times.keySet().containsAll(accepted.keySet()) && System.nanoTime() < deadline) {
            Thread.sleep(500);
            times = look();
        }
        Set<String> lost = new TreeSet<>(accepted.keySet());
        lost.removeAll(times.keySet());
        long twice = times.values().stream().filter(n -> n > 1).count();
        List<Long> tripsMillis = shown.values().stream()
                .map(row -> row.getJsonNumber("at_ms").longValue() - row.getJsonNumber("sent_ms").longValue()).toList();
        System.out.printf("%d nodes, %d switches of each, %d messages in %.0f s (%.1f a second), %d not accepted%n", nodes.size(), switches,
                accepted.size(), seconds, accepted.size() / seconds, refused.get());
        System.out.printf("lost %d, shown twice %d%n", lost.size(), twice);
        print("pause of sends around a switch", pausesMillis);
        print("the command plane switch", tookMillis);
        print("message, sent to shown", tripsMillis);
        return lost.isEmpty() && twice == 0;
    }

    /** Looks into every inbox; how often each text is shown. */
    private Map<String, Integer> look() throws DemoFailure {
        for (DemoNode node : nodes) {
            inbox(node).forEach(row -> shown.put(node.name() + " " + row.getString("id"), row));
        }
        Map<String, Integer> times = new TreeMap<>();
        shown.values().forEach(row -> times.merge(row.getString("text"), 1, Integer::sum));
        return times;
    }

    private static void print(String what, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf("%s, ms: p50 %d, p99 %d, max %d (%d of them)%n", what, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1), sorted.size());
    }

    private static long at(List<Long> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
    }

    private static List<JsonObject> inbox(DemoNode node) throws DemoFailure {
        return Ctl.run(node, "inbox", "--limit", String.valueOf(INBOX_MAX)).asJsonArray().stream().map(JsonValue::asJsonObject)
                .filter(row -> row.getString("direction").equals("in")).toList();
    }

    private static JsonObject account(DemoNode node) throws DemoFailure {
        return Ctl.run(node, "id").asJsonObject().getJsonArray("accounts").getJsonObject(0);
    }

    private static boolean connected(DemoNode node) throws DemoFailure {
        List<JsonObject> contacts = Ctl.run(node, "contact", "list").asJsonArray().getValuesAs(JsonObject.class);
        return contacts.size() == 2 && contacts.stream().allMatch(c -> c.getString("state").equals("connected"));
    }

    private interface Condition {
        boolean holds() throws DemoFailure;
    }

    private static void await(String what, Condition condition) throws DemoFailure, InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no " + what + " within " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(200);
        }
    }
}
