package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** With the real ConfigAdmin in a real framework. */
class DerivedConfigurationsTest {
    @TempDir
    private Path cache;
    private Framework framework;
    private ConfigurationAdmin admin;
    private DerivedConfigurations derived;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString(),
                "org.osgi.framework.system.packages.extra", "org.osgi.service.cm;version=\"1.6.1\""));
        framework.start();
        BundleContext context = framework.getBundleContext();
        String jar = Class.forName("org.apache.felix.cm.impl.ConfigurationManager").getProtectionDomain()
                .getCodeSource()
                .getLocation().toString();
        context.installBundle(jar).start();
        admin = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        derived = new DerivedConfigurations(admin);
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    @Test
    void aKeySpaceGetsItsPartsAndEachPartItsTargets() throws Exception {
        keySpace("home");
        derived.reconcile();
        assertThat(pids()).contains("bytchat.rpc~home", "bytchat.transport.udp~home", "bytchat.plane.mailbox~home")
                .hasSize(16);
        Dictionary<String, Object> rpc = properties("bytchat.rpc", "home");
        assertThat(rpc.get("bytchat.keyspace")).isEqualTo("home");
        assertThat(rpc.get("datagramTransport.target")).isEqualTo("(bytchat.keyspace=home)");
        assertThat(rpc.get("localNode.target")).isEqualTo("(bytchat.keyspace=home)");
        assertThat(rpc.get("bytchat.part")).isEqualTo("rpc~home");
        assertThat(rpc.get("nodeKey.target")).as("services of the node are bound without a target").isNull();
    }

    @Test
    void ofTheRoutingPlanesConsumersGetTheOneInUse() throws Exception {
        keySpace("home");
        derived.reconcile();
        assertThat(properties("bytchat.holders", "home").get("routingPlane.target"))
                .isEqualTo("(&(bytchat.keyspace=home)(bytchat.routing=active))");
        assertThat(properties("bytchat.routing.kademlia", "home").get("localNode.target")).isEqualTo("(bytchat.keyspace=home)");
    }

    @Test
    void aPlaneThatIsChosenGetsAConfigurationWhoeverWroteIt() throws Exception {
        keySpace("home");
        derived.reconcile();
        admin.getFactoryConfiguration("bytchat.routing", "home", "?").update(new Hashtable<>(Map.of("active", "mine")));
        derived.reconcile();
        assertThat(properties("bytchat.routing.mine", "home").get("rpcEndpoint.target")).isEqualTo("(bytchat.keyspace=home)");
        assertThat(properties("bytchat.routing", "home").get("active")).as("what was chosen stays").isEqualTo("mine");
    }

    @Test
    void anOpenNetworkHasNoPartsForPeople() throws Exception {
        admin.getFactoryConfiguration(KeySpaceComponent.PID, "open", "?").update(new Hashtable<>(Map.of("network", "open")));
        derived.reconcile();
        assertThat(pids()).contains("bytchat.routing.kademlia~open", "bytchat.rpc~open")
                .doesNotContain("bytchat.mailbox~open", "bytchat.holders~open", "bytchat.plane.direct~open");
    }

    @Test
    void whatAnOperatorWroteStays() throws Exception {
        Configuration operators = admin.getFactoryConfiguration("bytchat.rpc", "home", "?");
        operators.update(new Hashtable<>(Map.of("timeout", 5, "localNode.target", "(wrong=1)")));
        keySpace("home");
        derived.reconcile();
        assertThat(properties("bytchat.rpc", "home").get("timeout")).isEqualTo(5);
        assertThat(properties("bytchat.rpc", "home").get("localNode.target")).isEqualTo("(bytchat.keyspace=home)");
        operators.update(new Hashtable<>(Map.of("timeout", 6)));
        derived.reconcile();
        assertThat(properties("bytchat.rpc", "home").get("timeout")).isEqualTo(6);
        assertThat(properties("bytchat.rpc", "home").get("bytchat.keyspace")).as("ours come back").isEqualTo("home");
    }

    @Test
    void nothingIsWrittenThatIsSoAlready() throws Exception {
        keySpace("home");
        derived.reconcile();
        long before = admin.getFactoryConfiguration("bytchat.rpc", "home", "?").getChangeCount();
        derived.reconcile();
        assertThat(admin.getFactoryConfiguration("bytchat.rpc", "home", "?").getChangeCount()).isEqualTo(before);
    }

    @Test
    void twoKeySpacesLiveSideBySideAndEachGoesAlone() throws Exception {
        Configuration first = keySpace("first");
        keySpace("second");
        derived.reconcile();
        assertThat(pids()).hasSize(32);
        first.delete();
        derived.reconcile();
        assertThat(pids()).hasSize(16).allMatch(pid -> pid.endsWith("~second"));
    }

    @Test
    void aPartThatIsNoLongerListedGoes() throws Exception {
        Configuration keySpace = keySpace("home");
        derived.reconcile();
        keySpace.update(new Hashtable<>(Map.of("parts", new String[] {"rpc", "routing.fixed"})));
        derived.reconcile();
        assertThat(pids()).containsExactlyInAnyOrder("bytchat.keyspace~home", "bytchat.rpc~home",
                "bytchat.routing.fixed~home");
    }

    private Configuration keySpace(String name) throws Exception {
        Configuration configuration = admin.getFactoryConfiguration(KeySpaceComponent.PID, name, "?");
        configuration.update(new Hashtable<>(Map.of("hash", "sha-1")));
        return configuration;
    }

    private Dictionary<String, Object> properties(String factoryPid, String name) throws Exception {
        return admin.getFactoryConfiguration(factoryPid, name, "?").getProperties();
    }

    private List<String> pids() throws Exception {
        return Arrays.stream(admin.listConfigurations(null)).map(Configuration::getPid).toList();
    }
}
