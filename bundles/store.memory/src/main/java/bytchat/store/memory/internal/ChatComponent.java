package bytchat.store.memory.internal;

import bytchat.api.env.Environment;
import bytchat.api.store.ChatStore;
import bytchat.api.store.Stores;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Offers {@link MemoryChatStore} where its configuration exists; open while somebody uses it. */
@Component(service = ChatStore.class, configurationPid = "bytchat.store.memory.chat",
        configurationPolicy = ConfigurationPolicy.REQUIRE, property = {Stores.PROPERTY + "=memory", Stores.DURABLE + ":Boolean=false"})
@Designate(ocd = ChatComponent.Settings.class)
public final class ChatComponent extends MemoryChatStore {
    @ObjectClassDefinition(name = "BytChat chat store in memory")
    @interface Settings {
        /** Records of all accounts together. */
        @AttributeDefinition(name = "Records", description = "records of all accounts together")
        int records_max() default 100_000;
    }

    @Activate
    public ChatComponent(@Reference(name = "environment") Environment environment, Settings settings) {
        super(environment, settings.records_max());
    }
}
