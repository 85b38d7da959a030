package bytchat.transport.udp.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.transport.DatagramTransport;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers a {@link DatagramTransport} once its port could be bound; until then it says why not, and tries again. */
@Component(service = StatusSource.class, immediate = true, configurationPid = "bytchat.transport.udp",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UdpConfiguration.class, factory = true)
@Capability(namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"bytchat.api.transport.DatagramTransport\"")
public final class UdpTransportComponent implements StatusSource {
    private static final Duration RETRY_PERIOD = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(UdpTransportComponent.class);

    private final BundleContext context;
    private final UdpConfiguration configuration;
    private final Environment environment;
    private final EventLoopGroup eventLoopGroup;
    private final LocalNode localNode;
    private final Duration retryPeriod;
    private Registration retry = () -> { };
    private volatile UdpTransport transport;
    private ServiceRegistration<DatagramTransport> registration;
    private volatile Status failure = Status.of(State.STARTING, "The port is being bound.");
    private boolean ended;

    @Activate
    public UdpTransportComponent(BundleContext context, UdpConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "eventLoopGroup") EventLoopGroup eventLoopGroup,
            @Reference(name = "localNode") LocalNode localNode) {
        this(context, configuration, environment, eventLoopGroup, localNode, RETRY_PERIOD);
    }

    UdpTransportComponent(BundleContext context, UdpConfiguration configuration, Environment environment,
            EventLoopGroup eventLoopGroup, LocalNode localNode, Duration retryPeriod) {
        this.context = context;
        this.configuration = configuration;
        this.environment = environment;
        this.eventLoopGroup = eventLoopGroup;
        this.localNode = localNode;
        this.retryPeriod = retryPeriod;
        open();
    }

    /** Never on the event loop: binding waits for it, and whoever is activated by the new service may too. */
    private synchronized boolean open() {
        if (!ended) {
            try {
                transport = new UdpTransport(localNode.listen(), eventLoopGroup, configuration.received_bytes_max(),
                        configuration.send_queue_bytes_max());
                registration = context.registerService(DatagramTransport.class, transport,
                        new Hashtable<>(Map.of(KeySpace.PROPERTY, localNode.keySpace().name())));
            } catch (IOException e) {
                failed(e);
                retry = environment.loop().schedule(retryPeriod, () -> environment.workers().submit(this::open));
            }
        }
        return transport != null;
    }

    private void failed(IOException cause) {
        InetSocketAddress listen = localNode.listen();
        // The system's words are the only difference that Java shows between a port in use and an address not ours.
        boolean taken = cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use");
        String reason = "UDP port " + listen.getPort() + " on " + listen.getAddress().getHostAddress()
                + " cannot be used (" + cause.getMessage() + "): "
                + (taken ? "stop the program that has it, or choose another" : "choose an address of this machine")
                + " with --listen HOST:PORT.";
        if (failure.state() != State.FAILED) {
            LOG.error(reason);
        }
        failure = new Status(State.FAILED, reason, Map.of("address_in_use", taken, "port", listen.getPort()));
    }

    @Deactivate
    synchronized void deactivate() {
        ended = true;
        retry.close();
        if (transport != null) {
            registration.unregister();
            transport.close();
        }
    }

    @Override
    public String part() {
        return "transport.udp~" + localNode.keySpace().name();
    }

    /** Takes no lock: who asks may hold one that registering the service waits for. */
    @Override
    public Status status() {
        UdpTransport current = transport;
        return current == null ? failure : Status.ready(current.facts());
    }
}
