package bytchat.keyspace.internal;

import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.features.Refusal;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a configured key space exist: offers its {@link KeySpace} and {@link LocalNode} once its hash is installed, and
 * says what is missing while it is not. The key space outlives the hash's bundle, so that another build of the same
 * hash can take its place: nothing is unregistered and no link drops.
 */
@Component(service = {}, immediate = true, configurationPid = KeySpaceComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KeySpaceConfiguration.class, factory = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"bytchat.api.keyspace.KeySpace,"
        + "bytchat.api.keyspace.LocalNode,bytchat.api.status.StatusSource,bytchat.api.features.InUse,"
        + "bytchat.api.features.Refusal\"")
public final class KeySpaceComponent implements StatusSource, InUse, Refusal {
    static final String PID = "bytchat.keyspace";

    private static final Logger LOG = LoggerFactory.getLogger(KeySpaceComponent.class);

    private final BundleContext context;
    private final Environment environment;
    private final NodeKey nodeKey;
    private final String name;
    private final ServiceRegistration<?> statusRegistration;
    private KeySpaceSettings settings;
    private InetSocketAddress listen;
    private volatile Status status;
    private HashMemory memory;
    /** Builds of the configured hash that hold, the latest last; one but for the moment of an update. */
    private volatile List<Build> builds = List.of();
    private final Map<Long, String> refusals = new ConcurrentHashMap<>();
    private LiveHash hash;
    private volatile KeySpaceNode node;
    private Bootstrap bootstrap;
    private ServiceRegistration<?> keySpaceRegistration;
    private ServiceRegistration<?> nodeRegistration;

    @Activate
    public KeySpaceComponent(BundleContext context, KeySpaceConfiguration configuration, Map<String, Object> properties,
            @Reference Environment environment, @Reference NodeKey nodeKey) {
        this.context = context;
        this.environment = environment;
        this.nodeKey = nodeKey;
        this.name = DerivedConfigurations.nameOf((String) properties.get("service.pid"));
        try {
            settings = KeySpaceSettings.of(name, configuration);
            Path directory = NodeKeyComponent.dataDirectory(context).resolve("keyspace");
            memory = new HashMemory(directory.resolve(name + ".hash"));
            listen = ListenPort.settle(InetAddress.getByName(settings.listen().host()), settings.listen().port(),
                    directory.resolve(name + ".port"), environment.random());
            status = Status.of(State.STARTING, "The hash " + settings.hash() + " is not installed: install the feature "
                    + feature() + ", or configure another in " + PID + "~" + name + ".");
        } catch (UnknownHostException e) {
            fail("listen: the host '" + settings.listen().host() + "' is not known on this machine");
        } catch (IllegalArgumentException | IOException e) {
            fail(e.getMessage());
        }
        // By hand, because the part's name follows from the configuration's.
        statusRegistration = context.registerService(
                new String[] {StatusSource.class.getName(), InUse.class.getName(), Refusal.class.getName()}, this,
                new Hashtable<>(Map.of(StatusSource.PROPERTY, part())));
    }

    private String feature() {
        return "hash-" + settings.hash().replace("-", "");
    }

    private void fail(String reason) {
        status = Status.of(State.FAILED, PID + "~" + name + ": " + reason + ".");
        settings = null;
        LOG.error(status.reason());
    }

    /**
     * Any number of hashes may be installed; the configured one makes the key space. The latest build is used, if it
     * answers as the one before it did.
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void addHash(HashAlgorithm candidate, Map<String, Object> properties) {
        if (settings == null || !candidate.name().equals(settings.hash())) {
            return;
        }
        Build build = new Build(candidate, (Long) properties.getOrDefault(Constants.SERVICE_BUNDLEID, 0L));
        Optional<String> objection = memory.objectionTo(candidate);
        if (objection.isPresent()) {
            refusals.put(build.bundleId(), objection.get());
            LOG.error("{}: {}", part(), objection.get());
            status = Status.of(State.FAILED, objection.get());
            return;
        }
        List<Build> more = new ArrayList<>(builds);
        more.add(build);
        builds = List.copyOf(more);
        if (hash == null) {
            hash = new LiveHash(candidate);
            open();
        } else {
            hash.use(candidate);
        }
    }

    synchronized void removeHash(HashAlgorithm gone, Map<String, Object> properties) {
        refusals.remove((Long) properties.getOrDefault(Constants.SERVICE_BUNDLEID, 0L));
        List<Build> rest = builds.stream().filter(build -> build.hash() != gone).toList();
        if (!rest.isEmpty()) {
            hash.use(rest.get(rest.size() - 1).hash());
        } // else what runs goes on with what it has
        builds = rest;
    }

    private void open() {
        node = new KeySpaceNode(settings, hash, nodeKey, listen,
                settings.address().orElseGet(() -> LocalAddresses.assumed(listen.getAddress())));
        bootstrap = new Bootstrap(environment, InetAddress::getByName, settings.bootstrap(), node::bootstrap);
        Dictionary<String, Object> properties = new Hashtable<>(Map.of(KeySpace.PROPERTY, name));
        keySpaceRegistration = context.registerService(KeySpace.class, node.keySpace(), properties);
        nodeRegistration = context.registerService(LocalNode.class, node, properties);
    }

    private void close() {
        nodeRegistration.unregister();
        keySpaceRegistration.unregister();
        bootstrap.close();
        node = null;
    }

    @Deactivate
    synchronized void deactivate() {
        if (node != null) {
            close();
        }
        statusRegistration.unregister();
    }

    @Override
    public String part() {
        return "keyspace~" + name;
    }

    /** Takes no lock: who asks may hold one that registering the services waits for. */
    @Override
    public Status status() {
        KeySpaceNode current = node;
        if (current == null) {
            return status;
        }
        Status running = current.status();
        return builds.isEmpty() ? new Status(running.state(), "the hash " + settings.hash()
                + " was removed: what runs goes"
                + " on, but the node cannot start again without: install the feature " + feature(), running.facts())
                : running;
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        List<Build> current = builds;
        boolean all = !current.isEmpty() && current.stream().allMatch(build ->
                symbolicNames.contains(build.symbolicName(context)));
        return all ? List.of("the key space " + name + " is made with " + settings.hash()
                + ": configure another hash in " + PID
                + "~" + name + " and restart first") : List.of();
    }

    @Override
    public List<String> refused(long bundleId) {
        return Optional.ofNullable(refusals.get(bundleId)).stream().toList();
    }

    /** A build of the hash, and the bundle that it comes from. */
    private record Build(HashAlgorithm hash, long bundleId) {
        String symbolicName(BundleContext context) {
            Bundle bundle = context.getBundle(bundleId);
            return bundle == null ? "" : bundle.getSymbolicName();
        }
    }
}
