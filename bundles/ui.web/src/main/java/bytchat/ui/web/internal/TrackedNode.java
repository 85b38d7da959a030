package bytchat.ui.web.internal;

import bytchat.api.account.Accounts;
import bytchat.api.features.FeatureManager;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.plane.Planes;
import bytchat.api.status.NodeHealth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The services of the framework, each looked for when it is first asked for: the manager of features starts this bundle while it is itself
 * being made, and the node's health reads this part's status, so that neither can be had then.
 */
final class TrackedNode implements Node, AutoCloseable {
    private final BundleContext context;
    private final Map<Class<?>, ServiceTracker<?, ?>> trackers = new HashMap<>();
    private boolean closed;

    TrackedNode(BundleContext context) {
        this.context = context;
    }

    @Override
    public Optional<NodeHealth> health() {
        return Optional.ofNullable(tracker(NodeHealth.class).getService());
    }

    @Override
    public Optional<Accounts> accounts() {
        return Optional.ofNullable(tracker(Accounts.class).getService());
    }

    @Override
    public Optional<Planes> planes() {
        return Optional.ofNullable(tracker(Planes.class).getService());
    }

    @Override
    public Optional<FeatureManager> features() {
        return Optional.ofNullable(tracker(FeatureManager.class).getService());
    }

    @Override
    public List<LocalNode> localNodes() {
        return List.copyOf(tracker(LocalNode.class).getTracked().values());
    }

    @SuppressWarnings("unchecked") // put in below, of this type
    private synchronized <T> ServiceTracker<T, T> tracker(Class<T> type) {
        return (ServiceTracker<T, T>) trackers.computeIfAbsent(type, wanted -> {
            ServiceTracker<T, T> made = new ServiceTracker<>(context, type, null);
            if (!closed) { // one that was never opened finds nothing
                made.open();
            }
            return made;
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        trackers.values().forEach(ServiceTracker::close);
        trackers.clear();
    }
}
