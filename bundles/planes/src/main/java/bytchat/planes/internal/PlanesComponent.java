package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Planes;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** Offers {@link Planes} over whatever planes are installed; the choice among them is kept by Configuration Admin. */
@Component(configurationPid = PlanesComponent.PID, service = {Planes.class, StatusSource.class, InUse.class}, immediate = true,
        property = StatusSource.PROPERTY + "=" + Switchboard.PART)
@Designate(ocd = PlanesConfiguration.class)
public final class PlanesComponent implements Planes, StatusSource, InUse {
    static final String PID = "bytchat.planes";
    private static final String ANY_LOCATION = "?";

    private final Environment environment;
    private final Switchboard board;

    @Activate
    public PlanesComponent(
            PlanesConfiguration config,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "configurationAdmin") ConfigurationAdmin admin) {
        this.environment = environment;
        this.board = new Switchboard(environment, PlanesSettings.of(config),
                name -> environment.workers().submit(() -> keep(admin, name)));
    }

    private static Void keep(ConfigurationAdmin admin, String active) throws IOException {
        Configuration configuration = admin.getConfiguration(PID, ANY_LOCATION);
        Dictionary<String, Object> properties = configuration.getProperties() == null ? new Hashtable<>() : configuration.getProperties();
        properties.put("active", active);
        configuration.updateIfDifferent(properties);
        return null;
    }

    /** @throws IllegalArgumentException if something is out of its range: then all stays as it was */
    @Modified
    public void modified(PlanesConfiguration config) {
        board.settings(PlanesSettings.of(config));
    }

    @Deactivate
    public void deactivate() {
        environment.loop().execute(board::close);
    }

    @Reference(name = "deliveryPlane", service = DeliveryPlane.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addDeliveryPlane(ServiceReference<DeliveryPlane> reference, DeliveryPlane plane) {
        String bundle = reference.getBundle() == null ? "" : reference.getBundle().getSymbolicName();
        environment.loop().execute(() -> board.add(plane, bundle));
    }

    public void removeDeliveryPlane(DeliveryPlane plane) {
        environment.loop().execute(() -> board.remove(plane));
    }

    @Override
    public DeliveryPlane.Attachment attach(String keySpace, Account account, DeliveryPlane.Inbound inbound) {
        return board.attach(keySpace, account, inbound);
    }

    @Override
    public List<PlaneInfo> list() {
        return board.list();
    }

    @Override
    public CompletionStage<Void> switchTo(String name) {
        return board.switchTo(name);
    }

    @Override
    public String part() {
        return board.part();
    }

    @Override
    public Status status() {
        return board.status();
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return board.cutOffBy(symbolicNames);
    }
}
