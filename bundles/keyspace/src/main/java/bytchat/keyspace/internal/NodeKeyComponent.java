package bytchat.keyspace.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers the {@link NodeKey} kept in the data directory, or says why there is none. */
@Component(service = StatusSource.class, immediate = true,
        property = StatusSource.PROPERTY + "=" + NodeKeyComponent.PART)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"bytchat.api.keyspace.NodeKey\"")
public final class NodeKeyComponent implements StatusSource {
    static final String PART = "nodekey";
    /** Framework property: the node's data directory. */
    static final String DATA_PROPERTY = "bytchat.data";
    static final String FILE_NAME = "node.key";

    private static final Logger LOG = LoggerFactory.getLogger(NodeKeyComponent.class);

    private final ServiceRegistration<NodeKey> registration;
    private final Status status;

    @Activate
    public NodeKeyComponent(BundleContext context, @Reference Environment environment) {
        ServiceRegistration<NodeKey> registered = null;
        Status outcome;
        try {
            NodeIdentity identity = NodeKeyFile.open(dataDirectory(context).resolve(FILE_NAME), environment.random());
            registered = context.registerService(NodeKey.class, identity, null);
            outcome = Status.ready(Map.of("node_key", HexFormat.of().formatHex(identity.publicKey())));
        } catch (IOException e) {
            LOG.error(e.getMessage());
            outcome = Status.of(State.FAILED, e.getMessage());
        }
        registration = registered;
        status = outcome;
    }

    static Path dataDirectory(BundleContext context) throws IOException {
        String directory = context.getProperty(DATA_PROPERTY);
        if (directory == null || directory.isBlank()) {
            throw new IOException("The framework property " + DATA_PROPERTY
                    + " is not set: give the node a data directory, for example with --data DIR.");
        }
        return Path.of(directory);
    }

    @Deactivate
    void deactivate() {
        if (registration != null) {
            registration.unregister();
        }
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        return status;
    }
}
