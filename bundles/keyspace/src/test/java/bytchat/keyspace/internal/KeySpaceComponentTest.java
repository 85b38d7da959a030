package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Key;
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
import java.util.Set;
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
        add(component, new Sha1());
        assertThat(context.getServiceReference(KeySpace.class)).as("with another hash only").isNull();

        add(component, hash);
        assertThat(component.status().state()).isEqualTo(State.READY);
        assertThat(context.getServiceReferences(LocalNode.class, "(bytchat.keyspace=home)")).hasSize(1);
        LocalNode node = context.getService(context.getServiceReference(LocalNode.class));
        assertThat(node.id().bits()).isEqualTo(512);
        assertThat(node.keySpace().name()).isEqualTo("home");
        assertThat(context.getServiceReference(StatusSource.class).getProperty(StatusSource.PROPERTY))
                .isEqualTo("keyspace~home");

        component.deactivate();
        assertThat(context.getServiceReference(LocalNode.class)).isNull();
        assertThat(context.getServiceReference(StatusSource.class)).isNull();
    }

    /** Another build takes the place of the first while everybody goes on with the same key space. */
    @Test
    void anotherBuildOfTheHashTakesOverUnnoticed() throws Exception {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0", "yes"));
        CountingHash first = new CountingHash(new Sha512());
        add(component, first);
        KeySpace keySpace = context.getService(context.getServiceReference(KeySpace.class));
        Key before = keySpace.keyOf(new byte[] {1});
        CountingHash second = new CountingHash(new Sha512());
        add(component, second);
        component.removeHash(first, PROPERTIES);
        int asked = first.digests;
        assertThat(keySpace.keyOf(new byte[] {1})).isEqualTo(before);
        assertThat(first.digests).as("the first build is not used any more").isEqualTo(asked);
        assertThat(context.getService(context.getServiceReference(KeySpace.class))).as("nothing was unregistered").isSameAs(keySpace);
        assertThat(component.status().reason()).isEmpty();

        component.removeHash(second, PROPERTIES);
        assertThat(keySpace.keyOf(new byte[] {1})).as("what runs goes on").isEqualTo(before);
        assertThat(context.getServiceReference(LocalNode.class)).isNotNull();
        assertThat(component.status().state()).isEqualTo(State.READY);
        assertThat(component.status().reason()).contains("the hash sha-512 was removed", "hash-sha512");
        component.deactivate();
    }

    @Test
    void aHashThatIsUsedSaysSo() {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0", "yes"));
        String framework0 = context.getBundle(0).getSymbolicName();
        assertThat(component.cutOffBy(Set.of(framework0))).as("not yet").isEmpty();
        add(component, new Sha512());
        assertThat(component.cutOffBy(Set.of("some.other.bundle"))).isEmpty();
        assertThat(component.cutOffBy(Set.of(framework0))).singleElement().asString().contains("the key space home is made with sha-512");
        component.deactivate();
    }

    @Test
    void aHashThatAnswersOtherwiseIsRefusedAndTheOneInUseKept() {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0", "yes"));
        add(component, new Sha512());
        KeySpace keySpace = context.getService(context.getServiceReference(KeySpace.class));
        Key before = keySpace.keyOf(new byte[] {1});
        component.addHash(new WrongHash(), Map.of("service.bundleid", 7L));
        assertThat(component.refused(7)).singleElement().asString().contains("answers otherwise");
        assertThat(component.refused(0)).isEmpty();
        assertThat(keySpace.keyOf(new byte[] {1})).isEqualTo(before);
        component.deactivate();

        KeySpaceComponent restarted = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0", "yes"));
        restarted.addHash(new WrongHash(), Map.of("service.bundleid", 7L));
        assertThat(context.getServiceReference(KeySpace.class)).as("with the wrong hash alone, after a restart").isNull();
        assertThat(restarted.status().state()).isEqualTo(State.FAILED);
        add(restarted, new Sha512());
        assertThat(restarted.status().state()).isEqualTo(State.READY);
        restarted.deactivate();
    }

    /** The twin: without the check, the wrong hash would be taken, and this node would be somebody else. */
    @Test
    void withoutTheCheckAWrongHashWouldBeTaken() {
        HashMemory unchecked = new HashMemory(data.resolve("keyspace").resolve("twin.hash"), false);
        assertThat(unchecked.objectionTo(new Sha512())).isEmpty();
        assertThat(unchecked.objectionTo(new WrongHash())).isEmpty();
        HashMemory checked = new HashMemory(data.resolve("keyspace").resolve("checked.hash"));
        assertThat(checked.objectionTo(new Sha512())).isEmpty();
        assertThat(checked.objectionTo(new WrongHash())).isPresent();
    }

    /** What sha-512 answered is not forgotten while the key space is made with another hash. */
    @Test
    void aWrongHashIsRefusedAfterAnotherWasUsed() {
        HashMemory memory = new HashMemory(data.resolve("keyspace").resolve("several.hash"));
        assertThat(memory.objectionTo(new Sha512())).isEmpty();
        assertThat(memory.objectionTo(named("sha-1", new Sha512()))).isEmpty();
        assertThat(data.resolve("keyspace").resolve("several.hash")).content().as("the one used last comes first").startsWith("sha-1 ");
        assertThat(memory.objectionTo(new WrongHash())).isPresent();
        assertThat(memory.objectionTo(new Sha512())).isEmpty();
        assertThat(data.resolve("keyspace").resolve("several.hash")).content().startsWith("sha-512 ");
    }

    /** Or else its feature would replace the build that works, and what was removed could not start again. */
    @Test
    void aHashThatThrowsIsRefused() {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "127.0.0.1:0", "yes"));
        add(component, new Sha512());
        component.addHash(new HashAlgorithm() {
            @Override
            public String name() {
                return "sha-512";
            }

            @Override
            public int bits() {
                return 512;
            }

            @Override
            public byte[] digest(byte[]... parts) {
                throw new IllegalStateException("no provider");
            }
        }, Map.of("service.bundleid", 7L));
        assertThat(component.refused(7)).singleElement().asString().contains("does not work", "no provider");
        component.deactivate();
    }

    private static HashAlgorithm named(String name, HashAlgorithm real) {
        return new HashAlgorithm() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public int bits() {
                return real.bits();
            }

            @Override
            public byte[] digest(byte[]... parts) {
                return real.digest(parts);
            }
        };
    }

    @Test
    void aConfigurationThatCannotBeIsSaidWithItsProperty() {
        KeySpaceComponent component = component(KeySpaceSettingsTest.configuration("sha-512", "n", "nowhere", "yes"));
        add(component, new Sha512());
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

    private static void add(KeySpaceComponent component, HashAlgorithm hash) {
        component.addHash(hash, PROPERTIES);
    }

    /** Calls itself SHA-512 and is not. */
    private static final class WrongHash implements HashAlgorithm {
        private final Sha512 model = new Sha512();

        @Override
        public String name() {
            return model.name();
        }

        @Override
        public int bits() {
            return model.bits();
        }

        @Override
        public byte[] digest(byte[]... parts) {
            byte[] digest = model.digest(parts);
            digest[digest.length - 1] ^= 1;
            return digest;
        }
    }

    /** Counts what it is asked. */
    private static final class CountingHash implements HashAlgorithm {
        private final HashAlgorithm real;
        private int digests;

        CountingHash(HashAlgorithm real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public int bits() {
            return real.bits();
        }

        @Override
        public byte[] digest(byte[]... parts) {
            digests++;
            return real.digest(parts);
        }
    }
}
