package bytchat.stores.internal;

import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.status.StatusSource;
import bytchat.api.store.ChatStore;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MetaStore;
import bytchat.api.store.Stores;
import bytchat.api.store.TrackerStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.EnumMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the active store of each kind, with the property {@code bytchat.store=active}, on whichever of the installed ones serves. The real
 * ones are taken only while they serve: declarative services open a store when it is taken, and close it when it is given back.
 */
@Component(service = {Stores.class, InUse.class}, immediate = true, configurationPid = StoresComponent.PID)
@Designate(ocd = StoresConfiguration.class)
public final class StoresComponent implements Stores, InUse {
    static final String PID = "bytchat.stores";
    private static final Logger LOG = LoggerFactory.getLogger(StoresComponent.class);
    private static final String DEFAULT = "xodus";
    /** Whoever asks for any store gets the active one. */
    private static final int RANKING = 100;
    private static final String REAL = "(&(" + PROPERTY + "=*)(!(" + PROPERTY + "=" + ACTIVE + ")))";

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final NodeStores stores;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Map<ServiceReference<?>, InstalledStore<?>> installed = new ConcurrentHashMap<>();

    @Activate
    public StoresComponent(BundleContext context, StoresConfiguration configuration,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "configurationAdmin") ConfigurationAdmin admin) throws IOException {
        this.context = context;
        this.admin = admin;
        Path file = Path.of(context.getProperty("bytchat.data"), "store", "active");
        this.stores = new NodeStores(environment, new StoresSettings(wanted(configuration),
                Duration.ofSeconds(configuration.patience_seconds())), new LedgerFile(file, environment.workers(), this::configure));
    }

    @Activate
    void register() {
        Dictionary<String, Object> properties = new Hashtable<>(Map.of(PROPERTY, ACTIVE, Constants.SERVICE_RANKING, RANKING));
        registrations.add(context.registerService(TrackerStore.class, stores.tracker(), properties));
        registrations.add(context.registerService(MailboxStore.class, stores.mailbox(), properties));
        registrations.add(context.registerService(MetaStore.class, stores.meta(), properties));
        registrations.add(context.registerService(ChatStore.class, stores.chat(), properties));
        for (StatusSource source : stores.statusSources()) {
            registrations.add(context.registerService(StatusSource.class, source,
                    new Hashtable<>(Map.of(StatusSource.PROPERTY, source.part()))));
        }
    }

    /** What ConfigAdmin has now counts: this may come late, when a move has named another one already. */
    @Modified
    void modified() throws IOException {
        Dictionary<String, Object> now = admin.getConfiguration(PID, "?").getProperties();
        for (Kind kind : Kind.values()) {
            Object name = now == null ? null : now.get(LedgerFile.name(kind));
            stores.want(kind, name == null ? DEFAULT : name.toString());
        }
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
        stores.close();
    }

    private static Map<Kind, String> wanted(StoresConfiguration configuration) {
        Map<Kind, String> wanted = new EnumMap<>(Kind.class);
        wanted.put(Kind.TRACKER, configuration.tracker());
        wanted.put(Kind.MAILBOX, configuration.mailbox());
        wanted.put(Kind.META, configuration.meta());
        wanted.put(Kind.CHAT, configuration.chat());
        return wanted;
    }

    private String configure(Kind kind, String name) throws IOException {
        Configuration configuration = admin.getConfiguration(PID, "?");
        Dictionary<String, Object> properties = configuration.getProperties() == null ? new Hashtable<>() : configuration.getProperties();
        Object before = properties.get(LedgerFile.name(kind));
        if (!name.equals(before == null ? DEFAULT : before)) {
            properties.put(LedgerFile.name(kind), name);
            configuration.update(properties);
        }
        return before == null ? DEFAULT : before.toString();
    }

    // ---- the stores that there are

    @Reference(service = TrackerStore.class, target = REAL, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindTracker(ServiceReference<TrackerStore> reference) {
        stores.addTracker(installed(reference));
    }

    void unbindTracker(ServiceReference<TrackerStore> reference) {
        unbind(Kind.TRACKER, reference);
    }

    @Reference(service = MailboxStore.class, target = REAL, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindMailbox(ServiceReference<MailboxStore> reference) {
        stores.addMailbox(installed(reference));
    }

    void unbindMailbox(ServiceReference<MailboxStore> reference) {
        unbind(Kind.MAILBOX, reference);
    }

    @Reference(service = MetaStore.class, target = REAL, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindMeta(ServiceReference<MetaStore> reference) {
        stores.addMeta(installed(reference));
    }

    void unbindMeta(ServiceReference<MetaStore> reference) {
        unbind(Kind.META, reference);
    }

    @Reference(service = ChatStore.class, target = REAL, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindChat(ServiceReference<ChatStore> reference) {
        stores.addChat(installed(reference));
    }

    void unbindChat(ServiceReference<ChatStore> reference) {
        unbind(Kind.CHAT, reference);
    }

    private <S> InstalledStore<S> installed(ServiceReference<S> reference) {
        ServiceStore<S> store = new ServiceStore<>(context, reference);
        installed.put(reference, store);
        return store;
    }

    private void unbind(Kind kind, ServiceReference<?> reference) {
        InstalledStore<?> store = installed.remove(reference);
        if (store != null) {
            stores.remove(kind, store);
        }
    }

    /** A store that another bundle offers. */
    private static final class ServiceStore<S> implements InstalledStore<S> {
        private final BundleContext context;
        private final ServiceReference<S> reference;
        private final String bundle;

        ServiceStore(BundleContext context, ServiceReference<S> reference) {
            this.context = context;
            this.reference = reference;
            this.bundle = reference.getBundle().getSymbolicName();
        }

        @Override
        public String name() {
            return reference.getProperty(PROPERTY).toString();
        }

        @Override
        public boolean durable() {
            return Boolean.TRUE.equals(reference.getProperty(DURABLE));
        }

        @Override
        public String bundle() {
            return bundle;
        }

        @Override
        public S open() {
            S service = context.getService(reference);
            if (service == null) {
                throw new IllegalStateException("the bundle " + bundle + " does not give it: the log says why");
            }
            return service;
        }

        @Override
        public void close() {
            try {
                context.ungetService(reference);
            } catch (IllegalStateException e) {
                LOG.debug("the framework has given {} back already, as this bundle stopped: {}", reference, e.getMessage());
            }
        }
    }

    // ---- what it offers

    @Override
    public List<StoreInfo> list() {
        return stores.list();
    }

    @Override
    public CompletionStage<Moved> switchTo(Kind kind, String name) {
        return stores.switchTo(kind, name);
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return stores.cutOffBy(symbolicNames);
    }
}
