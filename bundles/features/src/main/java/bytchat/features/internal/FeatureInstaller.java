package bytchat.features.internal;

import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureConfiguration;

/** Installs the bundles of features and says how they are. Bundles that two features share are installed once. */
public final class FeatureInstaller implements FeatureManager {
    /** Above the kernel's: features start once it is complete and their configurations are there. */
    static final int START_LEVEL = 10;

    private static final List<State> SEVERITY = List.of(State.READY, State.OFF, State.DRAINING, State.WAITING,
            State.JOINING, State.STARTING, State.FAILED);

    private final BundleContext context;
    private final FeatureRepository repository;
    private final Map<String, Feature> known;
    private final Supplier<NodeHealth> health;
    private final Map<String, List<Bundle>> installed = new LinkedHashMap<>();

    /**
     * @param known  features at hand, by name
     * @param health what the parts say of themselves; gives null while nobody knows
     */
    FeatureInstaller(BundleContext context, FeatureRepository repository, Map<String, Feature> known,
            Supplier<NodeHealth> health) {
        this.context = context;
        this.repository = repository;
        this.known = known;
        this.health = health;
    }

    /**
     * Checks that every name is a known feature and its bundles are at hand.
     *
     * @throws UnreadableException that says which is not and what to do
     */
    void require(List<String> names) throws UnreadableException {
        for (String name : names) {
            Feature feature = known.get(name);
            if (feature == null) {
                throw new UnreadableException("there is no feature \"" + name + "\"; choose from "
                        + String.join(", ", known.keySet()) + " with --features");
            }
            for (FeatureBundle bundle : feature.getBundles()) {
                Path jar = repository.locate(bundle.getID());
                if (!Files.isRegularFile(jar)) {
                    throw new UnreadableException("the feature " + name + " needs " + jar
                            + ", which is missing; install the program again");
                }
            }
        }
    }

    /** The defaults of the features' configurations, by PID. */
    Map<String, Map<String, Object>> defaults(List<String> names) {
        Map<String, Map<String, Object>> defaults = new LinkedHashMap<>();
        for (String name : names) {
            for (FeatureConfiguration configuration : known.get(name).getConfigurations().values()) {
                defaults.computeIfAbsent(configuration.getPid(), pid -> new LinkedHashMap<>())
                        .putAll(configuration.getValues());
            }
        }
        return defaults;
    }

    /**
     * Installs the bundles of the features; they start when the framework reaches their start level.
     *
     * @throws UnreadableException naming the bundle that is damaged
     */
    synchronized void install(List<String> names) throws UnreadableException {
        for (String name : new LinkedHashSet<>(names)) {
            List<Bundle> bundles = new ArrayList<>();
            for (FeatureBundle wanted : known.get(name).getBundles()) {
                Path jar = repository.locate(wanted.getID());
                try {
                    bundles.add(install(jar));
                } catch (BundleException e) {
                    throw new UnreadableException("the feature " + name + " cannot be installed: " + jar + " is no bundle ("
                            + e.getMessage() + "); install the program again", e);
                }
            }
            installed.put(name, bundles);
        }
    }

    private Bundle install(Path jar) throws BundleException {
        // by reference: the framework reads the jar where it lies instead of copying it
        Bundle bundle = context.installBundle("reference:" + jar.toUri());
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
            bundle.start();
        }
        return bundle;
    }

    @Override
    public synchronized List<FeatureInfo> list() {
        NodeHealth nodeHealth = health.get();
        Map<String, Status> parts = nodeHealth == null ? Map.of() : nodeHealth.parts();
        List<FeatureInfo> list = new ArrayList<>();
        known.forEach((name, feature) -> {
            List<Bundle> bundles = installed.get(name);
            list.add(new FeatureInfo(name, feature.getID().toString(), feature.getDescription().orElse(""),
                    bundles != null, bundles == null ? Status.of(State.OFF, "not installed") : status(bundles, parts),
                    bundles == null ? List.of() : bundles.stream().map(Bundle::getSymbolicName).toList()));
        });
        list.sort(Comparator.comparing(FeatureInfo::installed).reversed().thenComparing(FeatureInfo::name));
        return list;
    }

    private static Status status(List<Bundle> bundles, Map<String, Status> parts) {
        Set<String> names = new LinkedHashSet<>();
        bundles.forEach(bundle -> names.add(bundle.getSymbolicName()));
        // a part carries the name of its bundle without the common prefix, and perhaps its key space
        return parts.entrySet().stream()
                .filter(part -> names.contains("bytchat." + part.getKey().split("~", 2)[0]))
                .filter(part -> part.getValue().state() != State.READY)
                .max(Comparator.comparing(part -> SEVERITY.indexOf(part.getValue().state())))
                .map(part -> Status.of(part.getValue().state(), part.getKey() + ": " + part.getValue().reason()))
                .orElseGet(() -> Status.ready(Map.of()));
    }
}
