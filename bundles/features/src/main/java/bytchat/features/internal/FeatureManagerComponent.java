package bytchat.features.internal;

import bytchat.api.features.FeatureDetails;
import bytchat.api.features.FeatureException;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.status.NodeHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.feature.FeatureService;

/**
 * At start, installs the features that the launcher names, as far as the operator has not chosen otherwise while the
 * node ran, and applies their configurations; afterwards installs and removes on request. Framework properties:
 * {@code bytchat.home}, {@code bytchat.data}, {@code bytchat.features} (names, comma separated),
 * {@code bytchat.features.run} (true: they hold for this run, whatever was chosen), {@code bytchat.features.without}
 * (names that are left out of this run), {@code bytchat.features.ready_seconds} and {@code bytchat.configuration} (the
 * command line's configurations, as JSON).
 */
@Component(immediate = true)
public final class FeatureManagerComponent implements FeatureManager {
    private static final int EXIT_BAD_CONFIGURATION = 5;
    /** Default of how long an installed feature may take to get ready before the answer is what it waits for. */
    private static final long READY_SECONDS = 20;
    /** Changes that may wait for the one under way. */
    private static final int CHANGES_MAX = 16;
    private static final int THREAD_IDLE_S = 10;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile NodeHealth health;

    private final FeatureInstaller installer;
    /** Not a thread of the runtime's: that is a feature's too. */
    private final ThreadPoolExecutor changes = new ThreadPoolExecutor(1, 1, THREAD_IDLE_S, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(CHANGES_MAX), task -> {
        Thread thread = new Thread(task, "bytchat-features");
        thread.setDaemon(true);
        return thread;
    });

    @Activate
    public FeatureManagerComponent(BundleContext context, @Reference FeatureService features,
            @Reference ConfigurationAdmin admin, @Reference ServiceComponentRuntime components) {
        changes.allowCoreThreadTimeOut(true);
        Path home = Path.of(context.getProperty("bytchat.home"));
        Path data = Path.of(context.getProperty("bytchat.data"));
        FeatureInstaller started = null;
        try {
            FeatureRepository repository = new FeatureRepository(features, home, data.resolve("features"));
            String options = context.getProperty("bytchat.configuration");
            String readySeconds = context.getProperty("bytchat.features.ready_seconds");
            started = new FeatureInstaller(context, repository,
                    new FeatureConfigurations(admin, data, options == null ? "{}" : options),
                    new Bundles(context, components), new FeatureStatus(() -> health, components), owner ->
                            new CutOff(context, components, owner),
                    readySeconds == null ? READY_SECONDS : Long.parseLong(readySeconds));
            started.boot(names(context.getProperty("bytchat.features")),
                    Boolean.parseBoolean(context.getProperty("bytchat.features.run")),
                    names(context.getProperty("bytchat.features.without")));
        } catch (UnreadableException e) {
            endNode(context, e.getMessage());
        } catch (IOException e) {
            endNode(context, "the configurations in " + data.resolve("configurations") + " cannot be written ("
                    + e.getMessage() + "); make room or correct the permissions, nothing was lost");
        }
        installer = started;
    }

    @Deactivate
    void deactivate() {
        changes.shutdownNow();
    }

    @Override
    public List<FeatureInfo> list() {
        return !running() ? List.of() : installer.state().names().stream().map(installer::info)
                .sorted(Comparator.comparing(FeatureInfo::installed).reversed().thenComparing(FeatureInfo::name))
                .toList();
    }

    @Override
    public FeatureDetails details(String name) throws FeatureException {
        if (!running()) {
            throw new FeatureException("the node is being stopped");
        }
        return installer.details(name);
    }

    @Override
    public CompletionStage<FeatureInfo> install(String name) {
        return submit(() -> installer.install(name));
    }

    @Override
    public CompletionStage<FeatureInfo> install(Path file) {
        return submit(() -> installer.install(file));
    }

    @Override
    public CompletionStage<FeatureInfo> remove(String name, boolean force) {
        return submit(() -> installer.remove(name, force));
    }

    private boolean running() {
        return installer != null && installer.state() != null;
    }

    private CompletionStage<FeatureInfo> submit(Callable<FeatureInfo> change) {
        CompletableFuture<FeatureInfo> result = new CompletableFuture<>();
        try {
            if (!running()) {
                throw new RejectedExecutionException();
            }
            changes.execute(() -> {
                try {
                    result.complete(change.call());
                } catch (Exception | LinkageError | StackOverflowError e) { // whatever failed is the asker's to know
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new FeatureException(changes.isShutdown() || !running()
                    ? "the node is being stopped"
                    : "more than " + CHANGES_MAX + " changes of features wait: try again later"));
        }
        return result;
    }

    private static List<String> names(String text) {
        return text == null ? List.of()
                : Arrays.stream(text.split(",")).map(String::trim).filter(name -> !name.isEmpty()).distinct().toList();
    }

    private record NodeExit(String reason) {
    }

    /** Asks the launcher, which shares no class with bundles, to end the node: see its {@code NodeFramework}. */
    private static void endNode(BundleContext context, String reason) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("bytchat.exit.code", EXIT_BAD_CONFIGURATION);
        properties.put("bytchat.exit.reason", reason);
        context.registerService(NodeExit.class, new NodeExit(reason), properties);
    }
}
