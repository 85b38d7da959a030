package bytchat.keyspace.internal;

import bytchat.api.env.Environment;
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
import java.util.Dictionary;
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
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a configured key space exist: offers its {@link KeySpace} and {@link LocalNode} while its hash is installed,
 * and says what is missing while it is not.
 */
@Component(service = {}, immediate = true, configurationPid = KeySpaceComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = KeySpaceConfiguration.class, factory = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"bytchat.api.keyspace.KeySpace,"
        + "bytchat.api.keyspace.LocalNode,bytchat.api.status.StatusSource\"")
public final class KeySpaceComponent implements StatusSource {
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
    private HashAlgorithm hash;
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
            Path memory = NodeKeyComponent.dataDirectory(context).resolve("keyspace").resolve(name + ".port");
            listen = ListenPort.settle(InetAddress.getByName(settings.listen().host()), settings.listen().port(),
                    memory, environment.random());
            status = Status.of(State.STARTING, "The hash " + settings.hash() + " is not installed: install the feature"
                    + " hash-" + settings.hash().replace("-", "") + ", or configure another in " + PID + "~" + name
                    + ".");
        } catch (UnknownHostException e) {
            fail("listen: the host '" + settings.listen().host() + "' is not known on this machine");
        } catch (IllegalArgumentException | IOException e) {
            fail(e.getMessage());
        }
        // By hand, because the part's name follows from the configuration's.
        statusRegistration = context.registerService(StatusSource.class, this,
                new Hashtable<>(Map.of(StatusSource.PROPERTY, part())));
    }

    private void fail(String reason) {
        status = Status.of(State.FAILED, PID + "~" + name + ": " + reason + ".");
        settings = null;
        LOG.error(status.reason());
    }

    /** Any number of hashes may be installed; the configured one makes the key space. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void addHash(HashAlgorithm candidate) {
        if (settings != null && hash == null && candidate.name().equals(settings.hash())) {
            hash = candidate;
            open();
        }
    }

    synchronized void removeHash(HashAlgorithm gone) {
        if (hash == gone) {
            close();
            hash = null;
        }
    }

    private void open() {
        node = new KeySpaceNode(settings, hash, nodeKey, listen, LocalAddresses.assumed(listen.getAddress()));
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
        return current == null ? status : current.status();
    }
}
