package bytchat.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * One OSGi framework on one data directory. Several can live in one process, which is how tests run two nodes.
 *
 * <p>The kernel is installed here; features are installed by the kernel's own feature manager, so that they can come
 * and go while the node runs.
 *
 * <p>A part that must end the node (a configuration that cannot be read, say) registers any service with the property
 * {@value #EXIT_CODE} (Integer) and {@value #EXIT_REASON} (one line for the operator). The launcher shares no class
 * with the bundles, so properties are all it reads.
 */
public final class NodeFramework implements AutoCloseable {
    /** Service property: the exit code, an Integer; its presence ends the node. */
    public static final String EXIT_CODE = "bytchat.exit.code";
    /** Service property: why the node must end and what to do about it, one line. */
    public static final String EXIT_REASON = "bytchat.exit.reason";
    /** Longest time from the wish to stop to every bundle being stopped, in milliseconds. */
    public static final long STOP_TIMEOUT_MS = 20_000;

    private static final int START_LEVEL_RUNNING = 20;

    private final Framework framework;
    private final CompletableFuture<LaunchException> failure = new CompletableFuture<>();

    private final Distribution distribution;

    /**
     * Prepares a node; nothing runs yet.
     *
     * @param data       the data directory, which exists
     * @param properties framework properties that the bundles read, named {@code bytchat.*}
     */
    public NodeFramework(Distribution distribution, Path data, Map<String, String> properties) {
        this.distribution = distribution;
        Map<String, String> settings = new HashMap<>();
        settings.put("bytchat.home", distribution.home().toString());
        settings.put("bytchat.data", data.toString());
        settings.put(Constants.FRAMEWORK_STORAGE, data.resolve("cache").toString());
        // the cache is made anew: bundles are read where they lie, so this costs no time, and neither an update of the
        // program nor a crash can leave it wrong
        settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        settings.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(START_LEVEL_RUNNING));
        // the store keeps its file channels open through interrupts by way of this package
        settings.put(Constants.FRAMEWORK_BOOTDELEGATION, "sun.nio.ch");
        settings.put("felix.cm.dir", data.resolve("configurations").toString());
        settings.put("org.apache.felix.http.require.config", "true");
        settings.putAll(properties);
        framework = new FrameworkFactory().newFramework(settings);
    }

    /**
     * Starts the kernel, and with it whatever features the properties name. Returns when every bundle has been started;
     * the node then still has to find its peers. Closes the node if it fails.
     *
     * @throws LaunchException if a part of the kernel cannot start, or a part asked for the node's end
     */
    public NodeFramework start() throws LaunchException, IOException {
        try {
            boot();
            failure.thenRun(this::beginStop);
            return this;
        } catch (BundleException | LaunchException | IOException e) {
            close();
            if (e instanceof LaunchException launchFailure) {
                throw launchFailure;
            }
            throw new LaunchException(ExitCode.NOT_READY, "the framework could not be started: " + e.getMessage(), e);
        }
    }

    /** Returns the framework's own bundle context. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /**
     * Completes when a part of the node asks for its end, with the reason; the node then stops. Never completes
     * otherwise.
     */
    public CompletableFuture<LaunchException> failure() {
        return failure;
    }

    /** Waits until the node has stopped, whoever stopped it. */
    public void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    /**
     * Stops every bundle, in the reverse order of the start levels.
     *
     * @return whether everything had stopped after {@link #STOP_TIMEOUT_MS} at most
     */
    public boolean stop() {
        try {
            beginStop();
            return framework.waitForStop(STOP_TIMEOUT_MS).getType() != FrameworkEvent.WAIT_TIMEDOUT;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns at once; the framework stops on a thread of its own. */
    private void beginStop() {
        try {
            framework.stop();
        } catch (BundleException e) {
            throw new IllegalStateException("the framework refuses to stop", e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void boot() throws BundleException, IOException, LaunchException {
        framework.init();
        BundleContext context = framework.getBundleContext();
        List<String> errors = new ArrayList<>();
        context.addFrameworkListener(event -> {
            if (event.getType() == FrameworkEvent.ERROR && event.getThrowable() != null) {
                synchronized (errors) {
                    errors.add(event.getBundle().getSymbolicName() + ": " + event.getThrowable().getMessage());
                }
            }
        });
        try {
            context.addServiceListener(this::onExitService, "(" + EXIT_CODE + "=*)");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        List<Bundle> kernel = new ArrayList<>();
        for (Map.Entry<Integer, List<Path>> level : distribution.kernel().entrySet()) {
            for (Path jar : level.getValue()) {
                // by reference: the framework reads the jar where it lies instead of copying it
                Bundle bundle = context.installBundle("reference:" + jar.toUri());
                kernel.add(bundle);
                if (!isFragment(bundle)) {
                    bundle.adapt(BundleStartLevel.class).setStartLevel(level.getKey());
                    bundle.start();
                }
            }
        }
        framework.start();
        LaunchException asked = failure.getNow(null);
        if (asked != null) {
            throw asked;
        }
        List<String> missing = kernel.stream().filter(bundle -> !isFragment(bundle))
                .filter(bundle -> (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) == 0)
                .map(Bundle::getSymbolicName).toList();
        if (!missing.isEmpty()) {
            synchronized (errors) {
                throw new LaunchException(ExitCode.NOT_READY,
                        "these parts of the kernel did not start: " + missing + " " + errors);
            }
        }
    }

    private void onExitService(ServiceEvent event) {
        if (event.getType() != ServiceEvent.REGISTERED) {
            return;
        }
        ServiceReference<?> reference = event.getServiceReference();
        int code = (Integer) reference.getProperty(EXIT_CODE);
        ExitCode exitCode = ExitCode.UNEXPECTED;
        for (ExitCode candidate : ExitCode.values()) {
            if (candidate.code() == code) {
                exitCode = candidate;
            }
        }
        failure.complete(new LaunchException(exitCode, String.valueOf(reference.getProperty(EXIT_REASON))));
    }

    private static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }
}
