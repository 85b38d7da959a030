package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** A node with a part in each key space, {@code bytchat.part}, and one for all, {@code bytchat.single}. */
class NodeSettingsTest {
    private static final Map<String, Object> DERIVED =
            Map.of("bytchat.keyspace", "default", "rpcEndpoint.target", "(bytchat.keyspace=default)");

    @TempDir
    Path data;
    /** ConfigAdmin's, by PID. */
    private final Map<String, Map<String, Object>> configurations = new TreeMap<>();
    private NodeSettings settings;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(data.resolve("configurations"));
        applied("{}");
        Bundle bundle = FakeNode.answering(Bundle.class, Map.of("getSymbolicName", none -> "bytchat.part"));
        BundleContext context = FakeNode.answering(BundleContext.class,
                Map.of("getProperty", name -> data.toString(), "getBundles", none -> new Bundle[] {bundle}));
        ConfigurationAdmin admin = FakeNode.answering(ConfigurationAdmin.class, Map.of(
                "listConfigurations", filter -> listed((String) filter[0]),
                "getConfiguration", pid -> configuration((String) pid[0]),
                "getFactoryConfiguration", names -> configuration(names[0] + "~" + names[1])));
        AttributeDefinition slots = FakeNode.answering(AttributeDefinition.class, Map.of("getID", none -> "slots",
                "getType", none -> AttributeDefinition.INTEGER, "getCardinality", none -> 0, "getDescription", none -> "how many",
                "validate", value -> Integer.parseInt((String) value[0]) > 9 ? "at most 9" : "", "getDefaultValue", none -> new String[] {"1"}));
        ObjectClassDefinition definition = FakeNode.answering(ObjectClassDefinition.class, Map.of("getName", none -> "A part",
                "getAttributeDefinitions", which -> new AttributeDefinition[] {slots}));
        MetaTypeInformation information = FakeNode.answering(MetaTypeInformation.class, Map.of("getPids", none -> new String[] {"bytchat.single"},
                "getFactoryPids", none -> new String[] {"bytchat.part"}, "getObjectClassDefinition", pid -> definition));
        settings = new NodeSettings(context, admin,
                FakeNode.answering(MetaTypeService.class, Map.of("getMetaTypeInformation", asked -> information)));
    }

    private Configuration[] listed(String filter) {
        String pid = filter.substring("(service.pid=".length(), filter.length() - 1);
        return configurations.containsKey(pid) ? new Configuration[] {configuration(pid)} : null;
    }

    @SuppressWarnings("unchecked")
    private Configuration configuration(String pid) {
        FakeNode.Answer update = values -> {
            Map<String, Object> next = new TreeMap<>();
            Dictionary<String, Object> given = (Dictionary<String, Object>) values[0];
            given.keys().asIterator().forEachRemaining(name -> next.put(name, given.get(name)));
            configurations.put(pid, next);
            return true;
        };
        Map<String, FakeNode.Answer> methods = new LinkedHashMap<>();
        methods.put("getPid", none -> pid);
        methods.put("getFactoryPid", none -> pid.contains("~") ? pid.split("~")[0] : null);
        methods.put("getProperties", none -> new Hashtable<>(configurations.get(pid)));
        methods.put("updateIfDifferent", update);
        methods.put("delete", none -> configurations.remove(pid));
        return FakeNode.answering(Configuration.class, methods);
    }

    private void applied(String json) throws IOException {
        Files.writeString(data.resolve("configurations").resolve("applied.json"), json);
    }

    @Test
    void setWritesAValueOfItsTypeAndNothingElse() throws Exception {
        configurations.put("bytchat.part~default", new TreeMap<>(DERIVED));
        assertThat(settings.set("bytchat.part~default", "slots", List.of("5"))).contains(DERIVED);
        assertThat(configurations.get("bytchat.part~default")).containsEntry("slots", 5).containsAllEntriesOf(DERIVED);
        for (String name : List.of("nonsense", "bytchat.keyspace", "rpcEndpoint.target")) {
            assertThatThrownBy(() -> settings.set("bytchat.part~default", name, List.of("x"))).hasMessageContaining("has no property " + name);
        }
        assertThatThrownBy(() -> settings.set("bytchat.part~default", "slots", List.of("10"))).hasMessageContaining("at most 9");
        assertThatThrownBy(() -> settings.set("bytchat.nobody", "slots", List.of("1"))).hasMessageContaining("no part has a configuration");
        assertThat(configurations.get("bytchat.part~default")).containsEntry("slots", 5).containsAllEntriesOf(DERIVED);
    }

    /** A part that is not bound to its key space any more would stop. */
    @Test
    void resetKeepsWhatBindsAPartToItsKeySpace() throws Exception {
        configurations.put("bytchat.part~default", new TreeMap<>(DERIVED));
        settings.set("bytchat.part~default", "slots", List.of("5"));
        settings.reset("bytchat.part~default", Optional.empty());
        assertThat(configurations.get("bytchat.part~default")).isEqualTo(DERIVED);
        settings.reset("bytchat.part~default", Optional.of("bytchat.keyspace"));
        assertThat(configurations.get("bytchat.part~default")).isEqualTo(DERIVED);
    }

    @Test
    void resetGoesBackToWhatFeaturesAndFilesSay() throws Exception {
        applied("{\"bytchat.part~home\": {\"slots\": \"Integer 3\"}, \"bytchat.part~plain\": {}}");
        configurations.put("bytchat.part~home", new TreeMap<>(Map.of("slots", 4, "other", "x")));
        settings.reset("bytchat.part~home", Optional.of("slots"));
        assertThat(configurations.get("bytchat.part~home")).isEqualTo(Map.of("slots", 3, "other", "x"));
        settings.reset("bytchat.part~home", Optional.empty());
        assertThat(configurations.get("bytchat.part~home")).isEqualTo(Map.of("slots", 3));
        configurations.put("bytchat.part~plain", new TreeMap<>(Map.of("slots", 4)));
        settings.reset("bytchat.part~plain", Optional.empty());
        assertThat(configurations.get("bytchat.part~plain")).as("a feature wants it to be there").isEmpty();
    }

    /** There was no such key space before, so there must be none afterwards. */
    @Test
    void whatWasNotThereIsNotThereAgain() throws Exception {
        Optional<Map<String, Object>> before = settings.set("bytchat.part~new", "slots", List.of("5"));
        assertThat(before).isEmpty();
        settings.restore("bytchat.part~new", before);
        assertThat(configurations).isEmpty();
        settings.reset("bytchat.part~new", Optional.empty());
        assertThat(configurations).as("a reset makes nothing").isEmpty();
        settings.set("bytchat.part~new", "slots", List.of("5"));
        settings.reset("bytchat.part~new", Optional.empty());
        assertThat(configurations).isEmpty();

        settings.restore("bytchat.single", settings.set("bytchat.single", "slots", List.of("5")));
        assertThat(configurations.get("bytchat.single")).as("deleting it would restart the part").isEmpty();
    }
}
