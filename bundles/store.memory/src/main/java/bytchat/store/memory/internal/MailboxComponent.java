package bytchat.store.memory.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.Stores;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link MemoryMailboxStore} where its configuration exists; open while somebody uses it. */
@Component(service = MailboxStore.class, configurationPid = "bytchat.store.memory.mailbox",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=memory", Stores.DURABLE + ":Boolean=false"})
@Designate(ocd = MailboxComponent.Settings.class)
public final class MailboxComponent extends MemoryMailboxStore {
    @ObjectClassDefinition(name = "BytChat mailbox store in memory")
    @interface Settings {
        /** Envelopes and tombstones together; device lists likewise. */
        @AttributeDefinition(name = "Records", description = "envelopes and tombstones together; device lists likewise")
        int records_max() default 50_000;

        /** Mebibytes of all records together. */
        @AttributeDefinition(name = "Size", description = "bytes of all records together, MiB")
        long bytes_max_mib() default 16;
    }

    @Activate
    public MailboxComponent(@Reference(name = "environment") Environment environment, Settings settings) {
        super(environment, settings.records_max(), settings.bytes_max_mib() * 1024 * 1024);
    }
}
