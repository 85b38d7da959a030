package bytchat.ui.shell.internal;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** {@link Settings} through ConfigAdmin, with the types that parts declare. What was applied last is the feature manager's record. */
@Component(service = Settings.class)
public final class NodeSettings implements Settings {
    private static final String OURS = "bytchat.";
    private static final Set<String> ADMIN_PROPERTIES = Set.of(Constants.SERVICE_PID, ConfigurationAdmin.SERVICE_FACTORYPID,
            ConfigurationAdmin.SERVICE_BUNDLELOCATION);

    /** Which service a part takes. */
    private static final String TARGET = ".target";

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final MetaTypeService metaTypes;
    private final Path applied;

    @Activate
    public NodeSettings(BundleContext context, @Reference ConfigurationAdmin admin, @Reference MetaTypeService metaTypes) {
        this.context = context;
        this.admin = admin;
        this.metaTypes = metaTypes;
        this.applied = Path.of(context.getProperty("bytchat.data"), "configurations", "applied.json");
    }

    @Override
    public List<Setting> all() throws IOException {
        Map<String, ObjectClassDefinition> described = described();
        Set<String> pids = new TreeSet<>();
        Set<String> factories = new TreeSet<>();
        for (Configuration configuration : configurations("(" + Constants.SERVICE_PID + "=" + OURS + "*)")) {
            pids.add(configuration.getPid());
            if (configuration.getFactoryPid() != null) {
                factories.add(configuration.getFactoryPid());
            }
        }
        described.keySet().stream().filter(pid -> !factories.contains(pid)).forEach(pids::add);
        List<Setting> all = new ArrayList<>();
        for (String pid : pids) {
            all.add(setting(pid, properties(pid).orElse(Map.of()), Optional.ofNullable(described.get(factory(pid)))));
        }
        return all;
    }

    @Override
    public Optional<Setting> of(String pid) throws IOException {
        Map<String, Object> properties = properties(pid).orElse(Map.of());
        Optional<ObjectClassDefinition> described = Optional.ofNullable(described().get(factory(pid)));
        return properties.isEmpty() && described.isEmpty() ? Optional.empty() : Optional.of(setting(pid, properties, described));
    }

    /** What the key space bundle derives for a part: not an operator's to see, change or take away. */
    private static boolean isWiring(String property) {
        return property.startsWith(OURS) || property.endsWith(TARGET);
    }

    private static Setting setting(String pid, Map<String, Object> set, Optional<ObjectClassDefinition> described) {
        Map<String, Property> properties = new LinkedHashMap<>();
        described.ifPresent(definition -> {
            for (AttributeDefinition attribute : attributes(definition)) {
                boolean isSet = set.containsKey(attribute.getID());
                Object value = isSet ? set.get(attribute.getID()) : defaultOf(attribute);
                properties.put(attribute.getID(), new Property(attribute.getID(), Types.of(attribute).words(), value, isSet,
                        attribute.getDescription() == null ? attribute.getName() : attribute.getDescription()));
            }
        });
        set.forEach((name, value) -> {
            if (!isWiring(name)) {
                properties.computeIfAbsent(name, other -> new Property(name, Types.of(value).words(), value, true, ""));
            }
        });
        return new Setting(pid, described.map(ObjectClassDefinition::getName).orElse(""), List.copyOf(properties.values()));
    }

    private static Object defaultOf(AttributeDefinition attribute) {
        String[] values = attribute.getDefaultValue();
        if (values == null || values.length == 0) {
            return Types.of(attribute).many() ? new String[0] : "";
        }
        return Types.of(attribute).many() ? values : values[0];
    }

    @Override
    public Optional<Map<String, Object>> set(String pid, String name, List<String> values) throws IOException, ShellException {
        Optional<Map<String, Object>> before = properties(pid);
        Map<String, Object> current = before.orElse(Map.of());
        Optional<ObjectClassDefinition> described = Optional.ofNullable(described().get(factory(pid)));
        if (current.isEmpty() && described.isEmpty()) {
            throw unknown(pid);
        }
        Optional<AttributeDefinition> attribute = described.stream().flatMap(definition -> attributes(definition).stream())
                .filter(one -> one.getID().equals(name)).findFirst();
        if (attribute.isEmpty() && (!current.containsKey(name) || isWiring(name))) {
            throw new ShellException(pid + " has no property " + name + ", only " + String.join(", ",
                    setting(pid, current, described).properties().stream().map(Property::name).toList()));
        }
        for (String value : values) {
            String wrong = attribute.map(one -> one.validate(value)).orElse("");
            if (wrong != null && !wrong.isEmpty()) {
                throw new ShellException("\"" + value + "\" will not do for " + name + ": " + wrong);
            }
        }
        Map<String, Object> next = new LinkedHashMap<>(current);
        next.put(name, attribute.map(Types::of).orElseGet(() -> Types.of(current.get(name))).parse(name, values));
        restore(pid, Optional.of(next));
        return before;
    }

    @Override
    public Optional<Map<String, Object>> reset(String pid, Optional<String> name) throws IOException, ShellException {
        if (of(pid).isEmpty()) {
            throw unknown(pid);
        }
        Optional<Map<String, Object>> before = properties(pid);
        Optional<Map<String, Object>> base = applied(pid);
        Map<String, Object> next = new LinkedHashMap<>();
        before.ifPresent(current -> current.forEach((property, value) -> {
            if (isWiring(property) || name.isPresent() && !name.get().equals(property)) {
                next.put(property, value);
            }
        }));
        base.ifPresent(values -> values.forEach((property, value) -> {
            if (name.map(property::equals).orElse(true)) {
                next.put(property, value);
            }
        }));
        // one that consists of edits alone is as good as none
        restore(pid, next.isEmpty() && base.isEmpty() ? Optional.empty() : Optional.of(next));
        return before;
    }

    private static ShellException unknown(String pid) {
        return new ShellException("no part has a configuration " + pid + ": \"config list\" shows them");
    }

    @Override
    public void restore(String pid, Optional<Map<String, Object>> properties) throws IOException {
        if (properties.isEmpty()) {
            for (Configuration configuration : configurations(pid(pid))) {
                if (configuration.getFactoryPid() != null) {
                    configuration.delete();
                } else {
                    configuration.updateIfDifferent(new Hashtable<>()); // says the same, and does not restart the part
                }
            }
            return;
        }
        int tilde = pid.indexOf('~');
        Configuration configuration = tilde < 0 ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        configuration.updateIfDifferent(new Hashtable<>(properties.get()));
    }

    /** Empty if there is no such configuration. */
    private Optional<Map<String, Object>> properties(String pid) throws IOException {
        List<Configuration> found = configurations(pid(pid));
        Map<String, Object> properties = new TreeMap<>();
        for (Configuration configuration : found) {
            for (String name : Collections.list(configuration.getProperties().keys())) {
                if (!ADMIN_PROPERTIES.contains(name)) {
                    properties.put(name, configuration.getProperties().get(name));
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(properties);
    }

    private List<Configuration> configurations(String filter) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IOException("not a PID: " + filter, e);
        }
    }

    /** A filter for the configuration of this PID. */
    private static String pid(String pid) {
        return "(" + Constants.SERVICE_PID + "=" + pid.replaceAll("[\\\\*()]", "\\\\$0") + ")";
    }

    /** What the feature manager applied last, empty if it has never heard of it; see {@code ConfigurationLayers.describe} there for how values are written. */
    private Optional<Map<String, Object>> applied(String pid) throws IOException, ShellException {
        if (!Files.exists(applied)) {
            return Optional.empty();
        }
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(applied))) {
            JsonObject object = reader.readObject().getJsonObject(pid);
            if (object == null) {
                return Optional.empty();
            }
            Map<String, Object> base = new LinkedHashMap<>();
            for (String name : object.keySet()) {
                base.put(name, Types.described(name, object.getString(name)));
            }
            return Optional.of(base);
        }
    }

    /** What parts declare, by PID or factory PID. */
    private Map<String, ObjectClassDefinition> described() {
        Map<String, ObjectClassDefinition> described = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getSymbolicName() != null && bundle.getSymbolicName().startsWith(OURS)) {
                MetaTypeInformation information = metaTypes.getMetaTypeInformation(bundle);
                if (information != null) {
                    for (String[] pids : List.of(information.getPids(), information.getFactoryPids())) {
                        Arrays.stream(pids).forEach(pid -> described.put(pid, information.getObjectClassDefinition(pid, null)));
                    }
                }
            }
        }
        return described;
    }

    private static List<AttributeDefinition> attributes(ObjectClassDefinition definition) {
        AttributeDefinition[] attributes = definition.getAttributeDefinitions(ObjectClassDefinition.ALL);
        return attributes == null ? List.of() : List.of(attributes);
    }

    private static String factory(String pid) {
        int tilde = pid.indexOf('~');
        return tilde < 0 ? pid : pid.substring(0, tilde);
    }
}
