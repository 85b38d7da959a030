package bytchat.keyspace.internal;

import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Derives at start, and again whenever a key space's or a part's configuration has changed. */
@Component(immediate = true)
public final class DerivedConfigurationsComponent implements ConfigurationListener {
    private final DerivedConfigurations derived;

    @Activate
    public DerivedConfigurationsComponent(@Reference ConfigurationAdmin admin) {
        derived = new DerivedConfigurations(admin);
        derived.reconcile();
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        boolean ofKeySpace = KeySpaceComponent.PID.equals(event.getFactoryPid());
        boolean ofPart = event.getFactoryPid() != null
                && event.getFactoryPid().startsWith(DerivedConfigurations.PREFIX);
        if (ofKeySpace || ofPart) {
            derived.reconcile();
        }
    }
}
