package bytchat.features.internal;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.felix.cm.json.io.ConfigurationResource;
import org.apache.felix.cm.json.io.Configurations;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the configurations of ConfigAdmin in line with {@link ConfigurationLayers}, and remembers what it applied.
 *
 * <p>What was applied is kept beside ConfigAdmin's own files, so that an operator who throws the directory away gets
 * the defaults back, and not a node that believes everything was deleted on purpose.
 */
final class ConfigurationApplier {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationApplier.class);
    private static final String ANY_LOCATION = "?";
    private static final Set<String> ADMIN_PROPERTIES =
            Set.of(Constants.SERVICE_PID, ConfigurationAdmin.SERVICE_FACTORYPID,
                    ConfigurationAdmin.SERVICE_BUNDLELOCATION);

    private final ConfigurationAdmin admin;
    private final Path appliedFile;

    ConfigurationApplier(ConfigurationAdmin admin, Path appliedFile) {
        this.admin = admin;
        this.appliedFile = appliedFile;
    }

    /** Applies the layers. Components whose configuration does not change notice nothing. */
    void apply(ConfigurationLayers layers) throws IOException, UnreadableException {
        Map<String, Map<String, String>> applied = readApplied();
        Set<String> pids = new LinkedHashSet<>(applied.keySet());
        pids.addAll(layers.pids());
        apply(layers, pids, applied);
    }

    /** Applies what the layers say of these PIDs, and leaves the others alone. */
    void apply(ConfigurationLayers layers, Set<String> pids) throws IOException, UnreadableException {
        apply(layers, pids, readApplied());
    }

    private void apply(ConfigurationLayers layers, Set<String> pids, Map<String, Map<String, String>> applied)
            throws IOException {
        for (String pid : pids) {
            Configuration existing = find(pid);
            if (!layers.pids().contains(pid)) {
                Map<String, String> before = applied.remove(pid);
                retire(pid, existing, before == null ? Map.of() : before);
            } else if (existing == null && applied.containsKey(pid)) {
                LOG.info("{}: stays deleted, as it was while the node ran", pid);
            } else {
                update(pid, existing, layers, applied.getOrDefault(pid, Map.of()));
                applied.put(pid, ConfigurationLayers.describe(layers.base(pid)));
            }
        }
        writeApplied(applied);
    }

    private void update(String pid, Configuration existing, ConfigurationLayers layers, Map<String, String> applied)
            throws IOException {
        Map<String, Object> current = existing == null ? Map.of() : properties(existing);
        Map<String, Object> wanted = layers.merge(pid, current, applied);
        if (!wanted.equals(layers.base(pid))) {
            LOG.info("{}: keeps what was changed while the node ran", pid);
        }
        Configuration configuration = existing == null ? create(pid) : existing;
        configuration.updateIfDifferent(new Hashtable<>(wanted));
    }

    /** No layer speaks of this configuration any more. */
    private void retire(String pid, Configuration existing, Map<String, String> applied) throws IOException {
        if (existing != null) {
            if (ConfigurationLayers.describe(properties(existing)).equals(applied)) {
                existing.delete();
            } else {
                LOG.info("{}: kept, because it was changed while the node ran", pid);
            }
        }
    }

    private Configuration find(String pid) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations("(" + Constants.SERVICE_PID + "=" + pid + ")");
            return found == null ? null : found[0];
        } catch (InvalidSyntaxException e) {
            throw new IOException("not a PID: " + pid, e);
        }
    }

    private Configuration create(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return tilde < 0 ? admin.getConfiguration(pid, ANY_LOCATION)
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), ANY_LOCATION);
    }

    private static Map<String, Object> properties(Configuration configuration) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Dictionary<String, Object> stored = configuration.getProperties();
        if (stored != null) {
            for (Enumeration<String> names = stored.keys(); names.hasMoreElements();) {
                String name = names.nextElement();
                if (!ADMIN_PROPERTIES.contains(name)) {
                    properties.put(name, stored.get(name));
                }
            }
        }
        return properties;
    }

    private Map<String, Map<String, String>> readApplied() throws IOException, UnreadableException {
        Map<String, Map<String, String>> applied = new LinkedHashMap<>();
        if (Files.exists(appliedFile)) {
            ConfigurationReader.read(appliedFile.toString(), Files.readString(appliedFile))
                    .forEach((pid, properties) -> {
                        Map<String, String> texts = new LinkedHashMap<>();
                        properties.forEach((name, value) -> texts.put(name, value.toString()));
                        applied.put(pid, texts);
                    });
        }
        return applied;
    }

    private void writeApplied(Map<String, Map<String, String>> applied) throws IOException {
        ConfigurationResource resource = new ConfigurationResource();
        applied.forEach((pid, properties) -> resource.getConfigurations().put(pid, new Hashtable<>(properties)));
        Files.createDirectories(appliedFile.getParent());
        Path next = appliedFile.resolveSibling(appliedFile.getFileName() + ".new");
        try (Writer writer = Files.newBufferedWriter(next)) {
            Configurations.buildWriter().build(writer).writeConfigurationResource(resource);
        }
        Files.move(next, appliedFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
