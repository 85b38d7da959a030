package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.status.State;
import bytchat.api.status.StatusSource;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.runtime.internal.NodeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;

/** The components in a real framework. */
class KeySpaceComponentTest {
    private static final Map<String, Object> PROPERTIES = Map.of("service.pid", "bytchat.keyspace~home");

    private final NodeRuntime runtime = new NodeRuntime(1, 16);
    @TempDir
    private Path data;
    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of(
                "org.osgi.framework.storage", data.resolve("cache").toString(), "bytchat.data", data.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
        runtime.close();
    }

    @Test
    void theKeySpaceExistsWhileItsHashIsInstalledAndElseSaysSo() throws Exception {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0",
                "yes"));
        Sha512 hash = new Sha512();
        assertThat(component.status().state()).isEqualTo(State.STARTING);
        assertThat(component.status().reason()).contains("sha-512 is not installed", "install the feature hash-sha512");
        component.addHash(new Sha1());
        assertThat(context.getServiceReference(KeySpace.class)).as("with another hash only").isNull();

        component.addHash(hash);
        assertThat(component.status().state()).isEqualTo(State.READY);
        assertThat(context.getServiceReferences(LocalNode.class, "(bytchat.keyspace=home)")).hasSize(1);
        LocalNode node = context.getService(context.getServiceReference(LocalNode.class));
        assertThat(node.id().bits()).isEqualTo(512);
        assertThat(node.keySpace().name()).isEqualTo("home");
        assertThat(context.getServiceReference(StatusSource.class).getProperty(StatusSource.PROPERTY))
                .isEqualTo("keyspace~home");

        component.addHash(new Sha512());
        component.removeHash(new Sha1());
        assertThat(context.getServiceReference(LocalNode.class)).as("unbound by identity").isNotNull();
        component.removeHash(hash);
        assertThat(context.getServiceReference(LocalNode.class)).isNull();
        assertThat(component.status().state()).isEqualTo(State.STARTING);
        component.deactivate();
        assertThat(context.getServiceReference(StatusSource.class)).isNull();
    }

    @Test
    void aConfigurationThatCannotBeIsSaidWithItsProperty() {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "nowhere", "yes"));
        component.addHash(new Sha512());
        assertThat(component.status().state()).isEqualTo(State.FAILED);
        assertThat(component.status().reason()).startsWith("bytchat.keyspace~home: listen: 'nowhere' is not HOST:PORT");
        assertThat(context.getServiceReference(KeySpace.class)).isNull();
        component.deactivate();
    }

    @Test
    void aDamagedNodeKeyIsAStatusThatSaysWhatToDo() throws Exception {
        Path file = data.resolve("node.key");
        Files.writeString(file, "scrambled");
        NodeKeyComponent component = new NodeKeyComponent(context, runtime);
        assertThat(component.status().state()).isEqualTo(State.FAILED);
        assertThat(component.status().reason()).contains(file.toString(), "damaged", "Restore it from a backup");
        assertThat(context.getServiceReference(NodeKey.class)).isNull();
        assertThat(file).hasContent("scrambled");
        component.deactivate();
    }

    @Test
    void theNodeKeyIsTheSameAfterARestart() {
        NodeKeyComponent first = new NodeKeyComponent(context, runtime);
        byte[] key = context.getService(context.getServiceReference(NodeKey.class)).publicKey();
        first.deactivate();
        assertThat(context.getServiceReference(NodeKey.class)).isNull();
        new NodeKeyComponent(context, runtime);
        assertThat(context.getService(context.getServiceReference(NodeKey.class)).publicKey()).isEqualTo(key);
    }

    private KeySpaceComponent component(KeySpaceConfiguration configuration) {
        return new KeySpaceComponent(context, configuration, PROPERTIES, runtime,
                NodeIdentity.generate(runtime.random()));
    }
}
