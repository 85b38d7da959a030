package bytchat.store.xodus.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.Stores;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link XodusMailboxStore} where its configuration exists; open while somebody uses it. */
@Component(service = MailboxStore.class, configurationPid = "bytchat.store.xodus.mailbox",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=xodus", Stores.DURABLE + ":Boolean=true"})
@Designate(ocd = MailboxComponent.Settings.class)
public final class MailboxComponent extends XodusMailboxStore {
    @ObjectClassDefinition(name = "BytChat mailbox store on disk")
    @interface Settings {
        @AttributeDefinition(name = "Directory", description = "Of this store alone; empty: DATA/store/mailbox")
        String directory() default "";

        @AttributeDefinition(name = "Records", description = "Envelopes and tombstones together; device lists likewise")
        int records_max() default 200_000;

        @AttributeDefinition(name = "Size", description = "Bytes of all records together, MiB")
        long bytes_max_mib() default 2_048;

        @AttributeDefinition(name = "Reserve", description = "Free disk space below which nothing is added, MiB")
        long reserve_mib() default DiskOptions.RESERVE_MIB;
    }

    @Activate
    public MailboxComponent(BundleContext context, Settings settings,
            @Reference(name = "environment") Environment environment) {
        super(environment, DiskOptions.of(context.getProperty("bytchat.data"), "mailbox", settings.directory(),
                settings.reserve_mib(),
                environment.random()), settings.records_max(), settings.bytes_max_mib() * DiskOptions.MIB);
    }

    @Deactivate
    @Override
    public void close() {
        super.close();
    }
}
