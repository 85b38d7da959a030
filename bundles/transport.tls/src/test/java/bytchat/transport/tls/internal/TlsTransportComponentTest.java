package bytchat.transport.tls.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.LocalNode;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.transport.LinkTransport;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.runtime.internal.NodeRuntime;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.launch.Framework;

/** The component in a real framework, and a port that another program has. */
@Timeout(30)
class TlsTransportComponentTest {
    private static final Duration RETRY_PERIOD = Duration.ofMillis(50);

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final NodeRuntime runtime = new NodeRuntime(1, 16);
    @TempDir
    private Path cache;
    private Framework framework;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of("org.osgi.framework.storage", cache.toString()));
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
        runtime.close();
    }

    @Test
    void aTakenPortIsAStatusThatSaysWhatToDoAndEndsWhenThePortIsFree() throws Exception {
        BundleContext context = framework.getBundleContext();
        CountDownLatch offered = new CountDownLatch(1);
        context.addServiceListener(event -> {
            if (event.getType() == ServiceEvent.REGISTERED) {
                offered.countDown();
            }
        }, "(&(objectClass=" + LinkTransport.class.getName() + ")(bytchat.keyspace=home))");
        TlsTransportComponent component;
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            LocalNode node = node(taken.getLocalPort());
            component = new TlsTransportComponent(context, defaults(), runtime, runtime.eventLoopGroup(), node,
                    RETRY_PERIOD);
            Status status = component.status();
            assertThat(status.state()).isEqualTo(State.FAILED);
            assertThat(status.reason()).contains("TCP port " + taken.getLocalPort(), "stop the program", "--listen");
            assertThat(status.facts()).containsEntry("address_in_use", true);
            assertThat(offered.getCount()).isEqualTo(1);
        }
        assertThat(offered.await(20, TimeUnit.SECONDS)).as("the service, after the port was given back").isTrue();
        assertThat(component.status().state()).isEqualTo(State.READY);
        assertThat(component.part()).isEqualTo("transport.tls~home");
        component.deactivate();
        assertThat(context.getServiceReference(LinkTransport.class)).isNull();
    }

    @Test
    void anAddressOfAnotherMachineIsNoTakenPort() throws Exception {
        LocalNode node = node(InetAddress.getByName("192.0.2.77"), 4711);
        TlsTransportComponent component = new TlsTransportComponent(framework.getBundleContext(), defaults(), runtime,
                runtime.eventLoopGroup(), node, RETRY_PERIOD);
        assertThat(component.status().state()).isEqualTo(State.FAILED);
        assertThat(component.status().reason()).contains("192.0.2.77", "choose an address of this machine");
        assertThat(component.status().facts()).containsEntry("address_in_use", false);
        component.deactivate();
    }

    private LocalNode node(int port) {
        return node(loopback, port);
    }

    private static LocalNode node(InetAddress address, int port) {
        KeySpaceSettings settings = new KeySpaceSettings("home", "sha-1", Optional.of("test"),
                new HostPort(address.getHostAddress(), port), List.of(), Reachable.YES);
        return new KeySpaceNode(settings, new Sha1(), NodeIdentity.generate(new SecureRandom()),
                new InetSocketAddress(address, port), address);
    }

    /** The configuration with every property at its default. */
    private static TlsConfiguration defaults() {
        return (TlsConfiguration) Proxy.newProxyInstance(TlsConfiguration.class.getClassLoader(),
                new Class<?>[] {TlsConfiguration.class}, (proxy, method, arguments) -> method.getDefaultValue());
    }
}
