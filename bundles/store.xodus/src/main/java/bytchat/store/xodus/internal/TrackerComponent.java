package bytchat.store.xodus.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.Stores;
import bytchat.api.store.TrackerStore;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link XodusTrackerStore} where its configuration exists; open while somebody uses it. */
@Component(service = TrackerStore.class, configurationPid = "bytchat.store.xodus.tracker",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=xodus", Stores.DURABLE + ":Boolean=true"})
@Designate(ocd = TrackerComponent.Settings.class)
public final class TrackerComponent extends XodusTrackerStore {
    @ObjectClassDefinition(name = "BytChat tracker store on disk")
    @interface Settings {
        @AttributeDefinition(name = "Directory", description = "Of this store alone; empty: DATA/store/tracker")
        String directory() default "";

        @AttributeDefinition(name = "Records", description = "Bindings of all users together")
        int records_max() default 100_000;

        @AttributeDefinition(name = "Reserve", description = "Free disk space below which nothing is added, MiB")
        long reserve_mib() default DiskOptions.RESERVE_MIB;
    }

    @Activate
    public TrackerComponent(BundleContext context, Settings settings,
            @Reference(name = "environment") Environment environment) {
        super(environment, DiskOptions.of(context.getProperty("bytchat.data"), "tracker", settings.directory(),
                settings.reserve_mib(),
                environment.random()), settings.records_max());
    }

    @Deactivate
    @Override
    public void close() {
        super.close();
    }
}
