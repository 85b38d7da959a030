package bytchat.store.memory.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.Stores;
import bytchat.api.store.TrackerStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link MemoryTrackerStore} where its configuration exists; open while somebody uses it. */
@Component(service = TrackerStore.class, configurationPid = "bytchat.store.memory.tracker",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=memory", Stores.DURABLE + ":Boolean=false"})
@Designate(ocd = TrackerComponent.Settings.class)
public final class TrackerComponent extends MemoryTrackerStore {
    @ObjectClassDefinition(name = "BytChat tracker store in memory")
    @interface Settings {
        /** Bindings of all users together. */
        @AttributeDefinition(name = "Records", description = "bindings of all users together")
        int records_max() default 100_000;
    }

    @Activate
    public TrackerComponent(@Reference(name = "environment") Environment environment, Settings settings) {
        super(environment, settings.records_max());
    }
}
