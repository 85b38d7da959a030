package bytchat.keyspace.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Resolves the names among the addresses to join by: off the loop, and again while one is unknown. */
final class Bootstrap implements AutoCloseable {
    static final Duration RETRY_PERIOD = Duration.ofSeconds(30);

    /** The name service. */
    @FunctionalInterface
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    private final Environment environment;
    private final Resolver resolver;
    private final Consumer<List<InetSocketAddress>> sink;
    private final Map<HostPort, InetSocketAddress> resolved = new LinkedHashMap<>();
    private final List<HostPort> unresolved = new ArrayList<>();
    private Registration retry = () -> { };
    private boolean closed;

    /** @param sink called with all that is resolved: at once with literal addresses, later on the loop with names */
    Bootstrap(Environment environment, Resolver resolver, List<HostPort> configured,
            Consumer<List<InetSocketAddress>> sink) {
        this.environment = environment;
        this.resolver = resolver;
        this.sink = sink;
        for (HostPort entry : configured) {
            entry.literal().ifPresentOrElse(
                    address -> resolved.put(entry, new InetSocketAddress(address, entry.port())),
                    () -> unresolved.add(entry));
        }
        sink.accept(List.copyOf(resolved.values()));
        if (!unresolved.isEmpty()) {
            environment.loop().execute(this::resolve);
        }
    }

    private void resolve() {
        if (!closed) {
            List<HostPort> asked = List.copyOf(unresolved);
            environment.workers().submit(() -> lookUp(asked)).whenComplete((found, failure) -> {
                if (found != null && !found.isEmpty()) {
                    resolved.putAll(found);
                    unresolved.removeAll(found.keySet());
                    sink.accept(List.copyOf(resolved.values()));
                }
                if (!unresolved.isEmpty() && !closed) {
                    retry = environment.loop().schedule(RETRY_PERIOD, this::resolve);
                }
            });
        }
    }

    private Map<HostPort, InetSocketAddress> lookUp(List<HostPort> asked) {
        Map<HostPort, InetSocketAddress> found = new LinkedHashMap<>();
        for (HostPort entry : asked) {
            try {
                found.put(entry, new InetSocketAddress(resolver.resolve(entry.host()), entry.port()));
            } catch (UnknownHostException unknown) {
                continue; // asked again at the next round; the status shows how many are known
            }
        }
        return found;
    }

    /** May be called from any thread. */
    @Override
    public void close() {
        environment.loop().execute(() -> {
            closed = true;
            retry.close();
        });
    }
}
