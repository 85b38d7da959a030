package bytchat.telemetry.internal;

import bytchat.api.account.Account;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers {@link NodeHealth}, logs each change of a part's state, and writes the ready file. Reads the framework
 * properties {@code bytchat.data}, {@code bytchat.ready.file} and {@code bytchat.ready.timeout_s} (0: wait for ever).
 */
@Component(immediate = true)
public final class TelemetryComponent implements NodeHealth {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryComponent.class);
    /** What a person at the terminal reads. */
    private static final Logger BANNER = LoggerFactory.getLogger("bytchat.banner");

    private static final int EXIT_NOT_READY = 6;
    private static final long CHECK_PERIOD_STARTING_MS = 50;
    private static final long CHECK_PERIOD_RUNNING_MS = 5_000;
    /** Time after which a node that is not Ready says at the terminal what it waits for, in nanoseconds. */
    private static final long EXPLAIN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private final List<StatusSource> statusSources = new CopyOnWriteArrayList<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private final List<LocalNode> localNodes = new CopyOnWriteArrayList<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private final List<Account> accounts = new CopyOnWriteArrayList<>();

    private final BundleContext context;
    private final BundleExplainer bundles;
    private final HealthMonitor monitor;
    /** Discards what is scheduled after it was shut down: the last check of all asks for another. */
    private final ScheduledExecutorService checks = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "bytchat-telemetry");
        thread.setDaemon(true);
        return thread;
    }, new ThreadPoolExecutor.DiscardPolicy());
    private final long activatedNanos = System.nanoTime();
    private final long readyTimeoutNanos;
    private final Map<String, Status> lastSeen = new LinkedHashMap<>();
    private boolean explained;

    @Activate
    public TelemetryComponent(BundleContext context, @Reference ServiceComponentRuntime runtime,
            @Reference ConfigurationAdmin admin) {
        this.context = context;
        String running = context.getProperty(Constants.FRAMEWORK_BEGINNING_STARTLEVEL);
        bundles = new BundleExplainer(context, running == null ? 1 : Integer.parseInt(running));
        context.addFrameworkListener(bundles);
        ComponentExplainer components = new ComponentExplainer(runtime, () -> factoryPids(admin));
        monitor = new HealthMonitor(bundles::started, () -> {
            Map<String, Status> parts = new LinkedHashMap<>(components.explain());
            parts.putAll(bundles.explain());
            return parts;
        }, () -> statusSources);
        String timeout = context.getProperty("bytchat.ready.timeout_s");
        readyTimeoutNanos = timeout == null ? 0 : TimeUnit.SECONDS.toNanos(Long.parseLong(timeout));
        checks.schedule(this::check, CHECK_PERIOD_STARTING_MS, TimeUnit.MILLISECONDS);
    }

    @Deactivate
    void deactivate() {
        checks.shutdownNow();
        context.removeFrameworkListener(bundles);
    }

    @Override
    public Status overall() {
        return monitor.overall();
    }

    @Override
    public Map<String, Status> parts() {
        return monitor.parts();
    }

    @Override
    public CompletionStage<Void> ready() {
        return monitor.ready();
    }

    private void check() {
        if (bundles.stopping()) {
            return; // what stops in order has not failed
        }
        boolean wasReady = monitor.isReady();
        try {
            monitor.check();
            if (!wasReady && monitor.isReady()) {
                announceReady();
            }
            if (bundles.started()) {
                logChanges();
            }
            if (!monitor.isReady()) {
                explainLateness();
            }
        } catch (RuntimeException e) {
            if (checks.isShutdown()) {
                return; // the container was taken away in the middle of a check
            }
            LOG.warn("the health check failed: {}", e.toString(), e);
        }
        checks.schedule(this::check, monitor.isReady() ? CHECK_PERIOD_RUNNING_MS : CHECK_PERIOD_STARTING_MS,
                TimeUnit.MILLISECONDS);
    }

    private static Set<String> factoryPids(ConfigurationAdmin admin) {
        try {
            Configuration[] found = admin.listConfigurations("(" + ConfigurationAdmin.SERVICE_FACTORYPID + "=bytchat.*)");
            return found == null ? Set.of()
                    : Arrays.stream(found).map(Configuration::getPid).collect(Collectors.toSet());
        } catch (IOException | InvalidSyntaxException e) {
            throw new IllegalStateException("the configurations cannot be listed", e);
        }
    }

    private void announceReady() {
        Status overall = monitor.overall();
        String file = context.getProperty("bytchat.ready.file");
        if (file != null) {
            try {
                new ReadyFile(Path.of(file)).write(ReadyFile.describe(overall.state().name(),
                        Path.of(context.getProperty("bytchat.data")), localNodes, accounts));
            } catch (IOException e) {
                LOG.error("The node is Ready, but the ready file {} cannot be written ({}): make room, or choose another"
                        + " with --ready-file FILE", file, e.toString());
            }
        }
        BANNER.info("Ready{}{}", localNodes.isEmpty() ? "" : ": " + String.join("; ", ReadyFile.texts(localNodes)),
                overall.state() == State.READY ? "" : ", but " + overall.reason());
    }

    private void logChanges() {
        Map<String, Status> parts = monitor.parts();
        parts.forEach((part, status) -> {
            Status before = lastSeen.get(part);
            if (before == null || before.state() != status.state()) {
                if (status.state() == State.FAILED) {
                    LOG.warn("{}: FAILED: {}", part, status.reason());
                } else {
                    LOG.info("{}: {} {}", part, status.state(), status.reason());
                }
            }
        });
        lastSeen.clear();
        lastSeen.putAll(parts);
    }

    private void explainLateness() {
        long waitedNanos = System.nanoTime() - activatedNanos;
        if (readyTimeoutNanos > 0 && waitedNanos > readyTimeoutNanos) {
            Dictionary<String, Object> exit = new Hashtable<>();
            exit.put("bytchat.exit.code", EXIT_NOT_READY);
            exit.put("bytchat.exit.reason", "not ready after " + TimeUnit.NANOSECONDS.toSeconds(readyTimeoutNanos)
                    + " s: " + monitor.overall().reason());
            context.registerService(NodeExit.class, new NodeExit(), exit);
            checks.shutdown();
        } else if (!explained && waitedNanos > EXPLAIN_AFTER_NANOS) {
            explained = true;
            BANNER.info("Not ready yet: {}", monitor.overall().reason());
        }
    }

    private record NodeExit() {
    }
}
