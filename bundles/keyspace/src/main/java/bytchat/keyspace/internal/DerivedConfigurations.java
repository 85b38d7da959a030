package bytchat.keyspace.internal;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From each {@code bytchat.keyspace~NAME} derives the configurations of its parts, {@code bytchat.rpc~NAME} and so on,
 * which bind every reference to that key space's services: two key spaces live side by side without a word in their
 * parts about it.
 *
 * <p>Only the properties derived here are written; whatever else an operator has put into a part's configuration stays.
 * A part's configuration goes when its key space's does, or when it is no longer listed there, never because a bundle
 * stops.
 */
final class DerivedConfigurations {
    /** Marks a configuration as derived, with the key space's name. */
    static final String DERIVED_FROM = "bytchat.derived.from";
    static final String PREFIX = "bytchat.";

    /** Services that belong to a key space, as their references are named: the service's simple name. */
    private static final List<String> BOUND_REFERENCES = List.of("keySpace", "localNode", "datagramTransport",
            "linkTransport", "rpcEndpoint", "routingPlane", "holders", "challenges", "metaDirectory", "presence",
            "deliveryPlane");
    private static final String ROUTING = "routing";
    /** Parts that an open network, which only routes, has no use for. */
    private static final List<String> FOR_PEOPLE =
            List.of("holders", "tracker", "mailbox", "meta", "presence", "plane.mailbox", "plane.direct");
    /** Of the routing planes, consumers get whichever is in use. */
    private static final String ROUTING_IN_USE = "(" + RoutingPlanes.PROPERTY + "=" + RoutingPlanes.ACTIVE + ")";
    private static final String ANY_LOCATION = "?";
    private static final Logger LOG = LoggerFactory.getLogger(DerivedConfigurations.class);

    private final ConfigurationAdmin admin;

    DerivedConfigurations(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** The name of a factory configuration: what follows the tilde of its PID. */
    static String nameOf(String pid) {
        return pid.substring(pid.indexOf('~') + 1);
    }

    /** Brings all parts of all key spaces in line. Writes nothing that is already so. */
    synchronized void reconcile() {
        try {
            Set<String> wanted = new LinkedHashSet<>();
            String keySpaces = "(" + ConfigurationAdmin.SERVICE_FACTORYPID + "=" + KeySpaceComponent.PID + ")";
            for (Configuration keySpace : find(keySpaces)) {
                String name = nameOf(keySpace.getPid());
                List<String> parts = new ArrayList<>(parts(keySpace));
                chosenPlane(name).map(plane -> ROUTING + "." + plane).filter(plane -> !parts.contains(plane)).ifPresent(parts::add);
                for (String part : parts) {
                    wanted.add(PREFIX + part + "~" + name);
                    derive(part, name);
                }
            }
            for (Configuration derived : find("(" + DERIVED_FROM + "=*)")) {
                if (!wanted.contains(derived.getPid())) {
                    derived.delete();
                }
            }
        } catch (IOException e) {
            LOG.error("The configurations of the key spaces' parts cannot be written ({}): make room in the data"
                    + " directory or correct its permissions, then restart the node.", e.getMessage());
        }
    }

    private void derive(String part, String name) throws IOException {
        Configuration configuration = admin.getFactoryConfiguration(PREFIX + part, name, ANY_LOCATION);
        Dictionary<String, Object> existing = configuration.getProperties();
        Dictionary<String, Object> merged = existing == null ? new Hashtable<>() : existing;
        boolean changed = existing == null;
        for (Map.Entry<String, Object> own : derived(part, name).entrySet()) {
            changed |= !own.getValue().equals(merged.put(own.getKey(), own.getValue()));
        }
        if (changed) {
            configuration.update(merged);
        }
    }

    private static Map<String, Object> derived(String part, String name) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(KeySpace.PROPERTY, name);
        properties.put(DERIVED_FROM, name);
        properties.put(StatusSource.PROPERTY, part + "~" + name);
        String target = "(" + KeySpace.PROPERTY + "=" + name + ")";
        BOUND_REFERENCES.forEach(reference -> properties.put(reference + ".target", target));
        properties.put("routingPlane.target", "(&" + target + ROUTING_IN_USE + ")");
        return properties;
    }

    /** A routing plane that somebody has written and chosen is a part like those that are known here. */
    private Optional<String> chosenPlane(String name) throws IOException {
        List<Configuration> choice = find("(" + Constants.SERVICE_PID + "=" + PREFIX + ROUTING + "~" + name + ")");
        return choice.stream().map(Configuration::getProperties)
                .flatMap(properties -> Optional.ofNullable(properties.get("active")).stream()).map(Object::toString).findFirst();
    }

    private static List<String> parts(Configuration keySpace) {
        Object configured = keySpace.getProperties() == null ? null : keySpace.getProperties().get("parts");
        Object network = keySpace.getProperties() == null ? null : keySpace.getProperties().get("network");
        if (configured == null && network != null && KeySpaceSettings.isOpen(network.toString())) {
            return defaultParts().stream().filter(part -> !FOR_PEOPLE.contains(part)).toList();
        }
        if (configured instanceof String[] several) {
            return List.of(several);
        }
        if (configured instanceof java.util.Collection<?> several) {
            return several.stream().map(Object::toString).toList();
        }
        return configured == null ? defaultParts() : List.of(configured.toString().strip().split("\\s*,\\s*"));
    }

    private static List<String> defaultParts() {
        try {
            return List.of((String[]) KeySpaceConfiguration.class.getMethod("parts").getDefaultValue());
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e); // it is declared in this very package
        }
    }

    private List<Configuration> find(String filter) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // the filters are constants
        }
    }
}
