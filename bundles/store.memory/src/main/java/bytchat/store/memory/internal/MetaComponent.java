package bytchat.store.memory.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.MetaStore;
import bytchat.api.store.Stores;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link MemoryMetaStore} where its configuration exists; open while somebody uses it. */
@Component(service = MetaStore.class, configurationPid = "bytchat.store.memory.meta",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=memory", Stores.DURABLE + ":Boolean=false"})
@Designate(ocd = MetaComponent.Settings.class)
public final class MetaComponent extends MemoryMetaStore {
    @ObjectClassDefinition(name = "BytChat meta store in memory")
    @interface Settings {
        /** Records. */
        @AttributeDefinition(name = "Records", description = "records")
        int records_max() default 10_000;

        /** Mebibytes of all records together. */
        @AttributeDefinition(name = "Size", description = "bytes of all records together, MiB")
        long bytes_max_mib() default 16;
    }

    @Activate
    public MetaComponent(@Reference(name = "environment") Environment environment, Settings settings) {
        super(environment, settings.records_max(), settings.bytes_max_mib() * 1024 * 1024);
    }
}
