package bytchat.itests.container;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** Class loaders of bundles, without keeping them: whether they go when their bundles have gone. */
final class Loaders {
    /** Workers and the like end some time after their last task; what they inherited goes with them. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, WeakReference<ClassLoader>> loaders = new LinkedHashMap<>();

    /** Notes the class loader of every bundle of these names. */
    static Loaders of(TestNode node, List<String> symbolicNames) {
        Loaders noted = new Loaders();
        for (Bundle bundle : node.context().getBundles()) {
            if (symbolicNames.contains(bundle.getSymbolicName())) {
                BundleWiring wiring = bundle.adapt(BundleWiring.class);
                noted.loaders.put(bundle.getSymbolicName() + " " + bundle.getVersion(), new WeakReference<>(wiring.getClassLoader()));
            }
        }
        return noted;
    }

    int size() {
        return loaders.size();
    }

    /** Those that are still there. */
    List<String> left() {
        List<String> left = new ArrayList<>();
        loaders.forEach((name, loader) -> {
            if (loader.get() != null) {
                left.add(name);
            }
        });
        return left;
    }

    /** Collects garbage until they are gone. */
    void awaitCollected() throws Exception {
        Await.until("collection of " + loaders.keySet(), PATIENCE, () -> {
            System.gc();
            return left().isEmpty();
        }, this::explain);
    }

    /** What is left; with {@code -Dbytchat.test.heap=FILE} the heap is dumped there, to find out by whom. */
    private String explain() throws IOException {
        String file = System.getProperty("bytchat.test.heap");
        if (file != null) {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, true);
        }
        return "left are " + left();
    }
}
