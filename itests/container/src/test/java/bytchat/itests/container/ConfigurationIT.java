package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.launcher.ExitCode;
import bytchat.launcher.LaunchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Who may say what a configuration is, and for how long. */
class ConfigurationIT {
    private static final String PID = "test.part~one";

    @TempDir
    Path data;

    @Test
    void anEditMadeWhileTheNodeRanOutlivesRestarts() throws Exception {
        try (TestNode node = start("{\"test.part~one\":{\"a\":\"default\",\"b\":\"default\"}}")) {
            Configuration configuration = configuration(node);
            Dictionary<String, Object> properties = configuration.getProperties();
            assertThat(properties.get("a")).isEqualTo("default");
            properties.put("a", "edited");
            configuration.update(properties);
        }
        for (int restart = 0; restart < 2; restart++) {
            file("{\"test.part~one\":{\"b\":\"from a file\"}}");
            try (TestNode node = start("{}")) {
                assertThat(configuration(node).getProperties().get("a")).isEqualTo("edited");
                assertThat(configuration(node).getProperties().get("b")).isEqualTo("from a file");
            }
        }
    }

    @Test
    void aDefaultThatNobodyEditedIsReplacedByTheNext() throws Exception {
        for (String value : new String[] { "first", "second" }) {
            file("{\"test.part~one\":{\"a\":\"" + value + "\"}}");
            try (TestNode node = start("{}")) {
                assertThat(configuration(node).getProperties().get("a")).isEqualTo(value);
            }
        }
    }

    /** The twin: once the record of what was applied is gone with the edits, the defaults are back. */
    @Test
    void throwingTheConfigurationsAwayBringsTheDefaultsBack() throws Exception {
        file("{\"test.part~one\":{\"a\":\"default\"}}");
        try (TestNode node = start("{}")) {
            configuration(node).update(new Hashtable<>(Map.of("a", "edited")));
        }
        TestBundles.delete(data.resolve("configurations"));
        try (TestNode node = start("{}")) {
            assertThat(configuration(node).getProperties().get("a")).isEqualTo("default");
        }
    }

    @Test
    void aConfigurationNobodySpeaksOfAnyMoreGoes() throws Exception {
        file("{\"test.part~one\":{\"a\":\"here\"}}");
        start("{}").close();
        Files.delete(data.resolve("conf/test.json"));
        try (TestNode node = start("{}")) {
            assertThat(admin(node).listConfigurations("(service.pid=" + PID + ")")).isNull();
        }
    }

    @Test
    void anUnreadableFileEndsTheStartAndLosesNothing() throws Exception {
        file("{\"test.part~one\":{\"a\":\"here\"}}");
        try (TestNode node = start("{}")) {
            Configuration configuration = configuration(node);
            configuration.update(new Hashtable<>(Map.of("a", "edited")));
        }
        file("{\"test.part~one\":{\"a\":\"here\"");
        assertThatThrownBy(() -> start("{}").close())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(data.resolve("conf/test.json").toString()).hasMessageContaining("line 1")
                .satisfies(e -> assertThat(((LaunchException) e).exitCode())
                        .isEqualTo(ExitCode.CONFIGURATION));
        file("{\"test.part~one\":{\"a\":\"here\"}}");
        try (TestNode node = start("{}")) {
            assertThat(configuration(node).getProperties().get("a")).isEqualTo("edited");
        }
    }

    private TestNode start(String options) throws Exception {
        return TestNode.start(data, "", options);
    }

    private void file(String text) throws Exception {
        Files.createDirectories(data.resolve("conf"));
        Files.writeString(data.resolve("conf/test.json"), text);
    }

    private static ConfigurationAdmin admin(TestNode node) throws InterruptedException {
        return node.service(ConfigurationAdmin.class);
    }

    private static Configuration configuration(TestNode node) throws Exception {
        Configuration[] found = admin(node).listConfigurations("(service.pid=" + PID + ")");
        assertThat(found).isNotNull();
        return found[0];
    }
}
