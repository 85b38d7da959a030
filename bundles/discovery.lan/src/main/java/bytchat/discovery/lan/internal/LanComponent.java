package bytchat.discovery.lan.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** {@link LanDiscovery} in each key space; while there is no network to be in, it says so and tries again. */
@Component(service = StatusSource.class, immediate = true, configurationPid = "bytchat.discovery.lan",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LanConfiguration.class, factory = true)
public final class LanComponent implements StatusSource {
    private static final Duration RETRY_EVERY = Duration.ofSeconds(30);

    private final Environment environment;
    private final LocalNode localNode;
    private final RoutingPlane routingPlane;
    private final LanConfiguration configuration;
    private final LanSettings settings;
    private final InetSocketAddress group;
    private volatile Optional<LanDiscovery> discovery = Optional.empty();
    private volatile String trouble = "the local network has not been joined yet";
    private volatile Optional<MulticastGroup> socket = Optional.empty();
    private Registration retry = () -> { };
    private boolean closed;

    /** @throws IllegalArgumentException if the group is no multicast ADDRESS:PORT, or a number is out of its range */
    @Activate
    public LanComponent(
            LanConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "routingPlane") RoutingPlane routingPlane) {
        this.environment = environment;
        this.localNode = localNode;
        this.routingPlane = routingPlane;
        this.configuration = configuration;
        this.settings = new LanSettings(Duration.ofSeconds(configuration.announce_every_s()),
                Duration.ofSeconds(configuration.alone_every_s()), configuration.heard_per_minute(), configuration.heard_max());
        this.group = group(configuration.group());
        open();
    }

    static InetSocketAddress group(String text) {
        int colon = text.lastIndexOf(':');
        try {
            InetAddress address = InetAddress.getByName(text.substring(0, Math.max(0, colon)));
            int port = Integer.parseInt(text.substring(colon + 1));
            if (address.isMulticastAddress() && port > 0) {
                return new InetSocketAddress(address, port);
            }
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("group: '" + text + "' is not ADDRESS:PORT", e);
        }
        throw new IllegalArgumentException("group: '" + text + "' is not a multicast ADDRESS:PORT");
    }

    /** Separated by commas or one by one. */
    private static List<String> names(String[] configured) {
        return Arrays.stream(configured).flatMap(entry -> Arrays.stream(entry.split(","))).map(String::strip)
                .filter(entry -> !entry.isEmpty()).toList();
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        try {
            MulticastGroup opened = new MulticastGroup(group, names(configuration.interfaces()), environment.loop());
            LanDiscovery started = new LanDiscovery(environment, localNode, routingPlane, opened, settings);
            socket = Optional.of(opened);
            discovery = Optional.of(started);
            started.start();
        } catch (IOException e) {
            trouble = "the local network cannot be joined: " + e.getMessage();
            retry = environment.loop().schedule(RETRY_EVERY, () -> environment.workers().submit(() -> {
                open();
                return null;
            }));
        }
    }

    @Deactivate
    synchronized void deactivate() {
        closed = true;
        retry.close();
        discovery.ifPresent(LanDiscovery::stop);
        socket.ifPresent(MulticastGroup::close);
    }

    @Override
    public String part() {
        return "discovery.lan~" + localNode.keySpace().name();
    }

    @Override
    public Status status() {
        return discovery.map(running -> {
            Map<String, Object> facts = new LinkedHashMap<>(running.status().facts());
            facts.put("group", configuration.group());
            socket.ifPresent(open -> facts.put("interfaces", open.interfaceNames()));
            return Status.ready(facts);
        }).orElseGet(() -> Status.of(State.WAITING, trouble));
    }
}
