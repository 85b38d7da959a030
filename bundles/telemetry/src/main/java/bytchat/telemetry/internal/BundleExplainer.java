package bytchat.telemetry.internal;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** Says which bundle was to be started and is not running, and why. */
final class BundleExplainer implements FrameworkListener {
    private final BundleContext context;
    private final int startLevelRunning;
    /** The last error of each bundle; as many as there are bundles. */
    private final Map<Long, String> errors = new ConcurrentHashMap<>();

    /** @param startLevelRunning the framework's start level once everything has been started */
    BundleExplainer(BundleContext context, int startLevelRunning) {
        this.context = context;
        this.startLevelRunning = startLevelRunning;
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR && event.getThrowable() != null) {
            String message = String.valueOf(event.getThrowable().getMessage());
            errors.put(event.getBundle().getBundleId(), message.lines().findFirst().orElse(message));
        }
    }

    /** Whether the framework has tried to start every bundle. */
    boolean started() {
        return reachedStartLevel() >= startLevelRunning;
    }

    /** Whether the framework is taking everything down. */
    boolean stopping() {
        return context.getBundle(0).getState() == Bundle.STOPPING;
    }

    private int reachedStartLevel() {
        return context.getBundle(0).adapt(FrameworkStartLevel.class).getStartLevel();
    }

    /** The bundles that do not run though they should, by name. */
    Map<String, Status> explain() {
        Map<String, Status> parts = new LinkedHashMap<>();
        int reached = reachedStartLevel();
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
            if (bundle.getBundleId() != 0 && level.isPersistentlyStarted() && level.getStartLevel() <= reached
                    && (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) == 0) {
                String error = errors.get(bundle.getBundleId());
                parts.put(name(bundle), error == null ? Status.of(State.STARTING, "its bundle is about to be started")
                        : Status.of(State.FAILED, "its bundle did not start: " + error));
            }
        }
        return parts;
    }

    private static String name(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name.startsWith("bytchat.") ? name.substring("bytchat.".length()) : name;
    }
}
