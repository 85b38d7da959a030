package bytchat.features.internal;

import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.status.NodeHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.feature.FeatureService;

/**
 * At start, installs the features that the launcher names and applies their configurations. Reads the framework
 * properties {@code bytchat.home}, {@code bytchat.data}, {@code bytchat.features} (names, comma separated) and
 * {@code bytchat.configuration} (the command line's configurations, as JSON).
 */
@Component(immediate = true)
public final class FeatureManagerComponent implements FeatureManager {
    private static final int EXIT_BAD_CONFIGURATION = 5;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile NodeHealth health;

    private final FeatureInstaller installer;

    @Activate
    public FeatureManagerComponent(BundleContext context, @Reference FeatureService features,
            @Reference ConfigurationAdmin admin) {
        Path home = Path.of(context.getProperty("bytchat.home"));
        Path data = Path.of(context.getProperty("bytchat.data"));
        FeatureInstaller started = null;
        try {
            FeatureRepository repository = new FeatureRepository(home.resolve("features"), home.resolve("repo"));
            started = new FeatureInstaller(context, repository, repository.read(features), () -> health);
            List<String> names = names(context.getProperty("bytchat.features"));
            started.require(names);
            String options = context.getProperty("bytchat.configuration");
            ConfigurationLayers layers = new ConfigurationLayers(started.defaults(names),
                    ConfigurationReader.readDirectory(data.resolve("conf")),
                    ConfigurationReader.read("of the command line", options == null ? "{}" : options));
            new ConfigurationApplier(admin, data.resolve("configurations").resolve("applied.json")).apply(layers);
            started.install(names);
        } catch (UnreadableException e) {
            endNode(context, e.getMessage());
        } catch (IOException e) {
            endNode(context, "the configurations in " + data.resolve("configurations") + " cannot be written ("
                    + e.getMessage() + "); make room or correct the permissions, nothing was lost");
        }
        installer = started;
    }

    @Override
    public List<FeatureInfo> list() {
        return installer == null ? List.of() : installer.list();
    }

    private static List<String> names(String text) {
        return text == null ? List.of()
                : Arrays.stream(text.split(",")).map(String::trim).filter(name -> !name.isEmpty()).toList();
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
