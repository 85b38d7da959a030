package bytchat.features.internal;

import bytchat.features.internal.FeatureRepository.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.feature.FeatureConfiguration;

/** Brings configurations in line with which features are installed. */
final class FeatureConfigurations {
    private final ConfigurationApplier applier;
    private final Path files;
    private final Map<String, Map<String, Object>> options;

    /**
     * @param data    the data directory
     * @param options the command line's configurations, as JSON
     */
    FeatureConfigurations(ConfigurationAdmin admin, Path data, String options) throws UnreadableException {
        applier = new ConfigurationApplier(admin, data.resolve("configurations").resolve("applied.json"));
        files = data.resolve("conf");
        this.options = ConfigurationReader.read("of the command line", options);
    }

    /** Applies what the features bring, the operator's files and the command line. */
    void apply(Collection<Entry> installed) throws IOException, UnreadableException {
        applier.apply(layers(installed));
    }

    /**
     * The same for some PIDs only: what others an operator has put into files since the start waits for the next one.
     */
    void apply(Collection<Entry> installed, Set<String> pids) throws IOException, UnreadableException {
        if (!pids.isEmpty()) {
            applier.apply(layers(installed), pids);
        }
    }

    static Set<String> pids(Collection<Entry> entries) {
        return entries.stream().flatMap(entry -> entry.feature().getConfigurations().values().stream())
                .map(FeatureConfiguration::getPid)
                .collect(Collectors.toSet());
    }

    private ConfigurationLayers layers(Collection<Entry> installed) throws UnreadableException {
        Map<String, Map<String, Object>> defaults = new LinkedHashMap<>();
        for (Entry entry : installed) {
            for (FeatureConfiguration configuration : entry.feature().getConfigurations().values()) {
                defaults.computeIfAbsent(configuration.getPid(), pid ->
                        new LinkedHashMap<>()).putAll(configuration.getValues());
            }
        }
        return new ConfigurationLayers(defaults, ConfigurationReader.readDirectory(files), options);
    }
}
