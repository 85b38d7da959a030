package bytchat.itests.container;

import aQute.bnd.header.OSGiHeader;
import bytchat.api.status.NodeHealth;
import bytchat.launcher.Distribution;
import bytchat.launcher.NodeFramework;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * The assembled node in a framework of its own inside this process, just as the launcher starts it. The test shares the
 * API's classes with it, so it can call any service; two of them in one process are two nodes.
 */
final class TestNode implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NodeFramework framework;
    private final Path data;

    private TestNode(NodeFramework framework, Path data) {
        this.framework = framework;
        this.data = data;
    }

    /**
     * Starts a node.
     *
     * @param features      names, comma separated
     * @param configuration the command line's configurations, as JSON
     */
    static TestNode start(Path data, String features, String configuration) throws Exception {
        return start(data, features, configuration, Map.of());
    }

    static TestNode start(Path data, String features, String configuration, Map<String, String> more) throws Exception {
        Distribution distribution = ContainerExtension.distribution();
        Map<String, String> properties = new HashMap<>();
        properties.put("bytchat.features", features);
        properties.put("bytchat.configuration", configuration);
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                apiPackages(distribution) + ",org.osgi.service.cm;version=\"1.6.1\"");
        properties.putAll(more);
        Files.createDirectories(data);
        return new TestNode(new NodeFramework(distribution, data, properties).start(), data);
    }

    /** The configuration of a key space at a free port of the loopback interface. */
    static String keySpace(Map<String, String> properties) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("listen", "127.0.0.1:0"));
        all.putAll(properties);
        return all.entrySet().stream().map(entry -> '"' + entry.getKey() + "\":\"" + entry.getValue() + '"')
                .collect(Collectors.joining(",", "{\"bytchat.keyspace~default\":{", "}}"));
    }

    BundleContext context() {
        return framework.context();
    }

    NodeFramework framework() {
        return framework;
    }

    Path data() {
        return data;
    }

    /** Waits for a service whose type is part of the API. */
    <T> T service(Class<T> type) throws InterruptedException {
        return Await.value("service " + type.getName(), PATIENCE, () -> {
            ServiceReference<T> reference = context().getServiceReference(type);
            return reference == null ? Optional.empty() : Optional.ofNullable(context().getService(reference));
        });
    }

    /** Waits until the node is Ready; if it does not get there, fails with each part's reason. */
    NodeHealth awaitReady() throws Exception {
        NodeHealth health = service(NodeHealth.class);
        try {
            health.ready().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("not Ready: " + health.parts(), e);
        }
        return health;
    }

    @Override
    public void close() {
        framework.close();
    }

    /** The API's packages, for the system bundle to export in place of the API bundle. */
    private static String apiPackages(Distribution distribution) throws Exception {
        for (var level : distribution.kernel().values()) {
            for (Path jar : level) {
                if (jar.getFileName().toString().startsWith("bytchat.api-")) {
                    String exported = TestBundles.manifest(jar).getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
                    return OSGiHeader.parseHeader(exported).entrySet().stream()
                            .map(entry -> entry.getKey() + ";version=\"" + entry.getValue().get("version") + '"')
                            .collect(Collectors.joining(","));
                }
            }
        }
        throw new IllegalStateException("the kernel has no bytchat.api");
    }
}
