package bytchat.routing.internal;

import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the routing plane in use in one key space, with the property {@code bytchat.routing=active}, and takes of the installed ones only
 * the one that serves: declarative services make a plane when it is taken, and unmake it when it is given back.
 */
@Component(configurationPid = RoutingComponent.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true,
        service = {RoutingPlanes.class, StatusSource.class, InUse.class})
@Designate(ocd = RoutingConfiguration.class, factory = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"bytchat.api.routing.RoutingPlane\"")
public final class RoutingComponent implements RoutingPlanes, StatusSource, InUse {
    static final String PID = "bytchat.routing";
    private static final String ANY_LOCATION = "?";
    /** Whoever asks for any routing plane gets the one in use. */
    private static final int RANKING = 100;
    private static final String REAL = "(&(" + RoutingPlanes.PROPERTY + "=*)(!(" + RoutingPlanes.PROPERTY + "=" + ACTIVE + ")))";
    private static final Logger LOG = LoggerFactory.getLogger(RoutingComponent.class);

    private final BundleContext context;
    private final Environment environment;
    private final String keySpace;
    private final RoutingSwitch planes;
    private final Map<ServiceReference<?>, InstalledPlane> installed = new ConcurrentHashMap<>();
    private CompletionStage<?> publishing = CompletableFuture.completedFuture(null);
    private volatile Optional<ServiceRegistration<?>> offered = Optional.empty();
    private Optional<ServiceRegistration<?>> statusOfPlane = Optional.empty();
    private boolean closed;

    @Activate
    public RoutingComponent(
            BundleContext context,
            RoutingConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "localNode") LocalNode localNode,
            @Reference(name = "configurationAdmin") ConfigurationAdmin admin) {
        this.context = context;
        this.environment = environment;
        this.keySpace = localNode.keySpace().name();
        this.planes = new RoutingSwitch(environment, localNode, RoutingSettings.of(configuration),
                name -> environment.workers().submit(() -> keep(admin, name)), this::serves);
    }

    /** @throws IllegalArgumentException if something is out of its range: then all stays as it was */
    @Modified
    void modified(RoutingConfiguration configuration) {
        RoutingSettings settings = RoutingSettings.of(configuration);
        environment.loop().execute(() -> planes.settings(settings));
    }

    @Deactivate
    void deactivate() {
        close();
        environment.loop().execute(planes::stop);
    }

    private Void keep(ConfigurationAdmin admin, String active) throws IOException {
        Configuration configuration = admin.getFactoryConfiguration(PID, keySpace, ANY_LOCATION);
        Dictionary<String, Object> properties = configuration.getProperties() == null ? new Hashtable<>() : configuration.getProperties();
        properties.put("active", active);
        configuration.updateIfDifferent(properties);
        return null;
    }

    // ---- the planes that there are

    @Reference(name = "installedPlane", service = RoutingPlane.class, target = REAL, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindInstalledPlane(ServiceReference<RoutingPlane> reference) {
        if (keySpace.equals(reference.getProperty(KeySpace.PROPERTY))) {
            InstalledPlane plane = new ServicePlane(reference.getProperty(RoutingPlanes.PROPERTY).toString(),
                    reference.getBundle().getSymbolicName(), () -> take(reference), () -> giveBack(reference));
            installed.put(reference, plane);
            environment.loop().execute(() -> planes.add(plane));
        }
    }

    void unbindInstalledPlane(ServiceReference<RoutingPlane> reference) {
        InstalledPlane plane = installed.remove(reference);
        if (plane != null) {
            environment.loop().execute(() -> planes.remove(plane));
        }
    }

    private RoutingPlane take(ServiceReference<RoutingPlane> reference) {
        RoutingPlane plane = context.getService(reference);
        if (plane == null) {
            throw new IllegalStateException("its bundle does not give it: the log says why");
        }
        return plane;
    }

    private void giveBack(ServiceReference<RoutingPlane> reference) {
        try {
            context.ungetService(reference);
        } catch (IllegalStateException e) {
            LOG.debug("the framework has given {} back already, as this bundle stopped: {}", reference, e.getMessage());
        }
    }

    // ---- what is offered; registering makes others start, which is not for the event loop

    private void serves(Optional<RoutingPlane> plane) {
        publishing = publishing.handle((result, failure) -> null).thenCompose(before -> environment.workers().submit(() -> {
            publish(plane);
            return null;
        }));
    }

    /** The plane's status goes with it; the plane that consumers see stays, once there was one. */
    private synchronized void publish(Optional<RoutingPlane> plane) {
        statusOfPlane.ifPresent(ServiceRegistration::unregister);
        statusOfPlane = Optional.empty();
        if (closed || plane.isEmpty()) {
            return;
        }
        if (plane.get() instanceof StatusSource source) {
            statusOfPlane = Optional.of(context.registerService(StatusSource.class, source,
                    new Hashtable<>(Map.of(StatusSource.PROPERTY, source.part(), KeySpace.PROPERTY, keySpace))));
        }
        if (offered.isEmpty()) {
            offered = Optional.of(context.registerService(RoutingPlane.class, planes.active(), new Hashtable<>(
                    Map.of(KeySpace.PROPERTY, keySpace, RoutingPlanes.PROPERTY, ACTIVE, Constants.SERVICE_RANKING, RANKING))));
        }
    }

    private synchronized void close() {
        closed = true;
        offered.ifPresent(ServiceRegistration::unregister);
        statusOfPlane.ifPresent(ServiceRegistration::unregister);
        offered = Optional.empty();
        statusOfPlane = Optional.empty();
    }

    @Override
    public RoutingPlane active() {
        return planes.active();
    }

    @Override
    public List<PlaneInfo> list() {
        return planes.list();
    }

    @Override
    public CompletionStage<Void> switchTo(String name) {
        return planes.switchTo(name);
    }

    @Override
    public String part() {
        return planes.part();
    }

    /** Ready only when the plane's own status can be seen as well: a node must not be called Ready while it is still joining. */
    @Override
    public Status status() {
        Status status = planes.status();
        return status.state() == State.READY && offered.isEmpty()
                ? new Status(State.STARTING, "the routing plane is about to be offered", status.facts())
                : status;
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return planes.cutOffBy(symbolicNames);
    }
}
