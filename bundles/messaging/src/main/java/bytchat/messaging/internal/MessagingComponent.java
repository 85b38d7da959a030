package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.messaging.Messenger;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.plane.Planes;
import bytchat.api.presence.Presence;
import bytchat.api.session.SessionSuite;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.store.ChatStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Offers a {@link Messenger} for every unlocked account, on the key space that configuration names, by whichever delivery plane is
 * {@link Planes active}; messengers live on while either changes.
 */
@Component(configurationPid = "bytchat.messaging", service = StatusSource.class, immediate = true,
        property = StatusSource.PROPERTY + "=" + MessagingComponent.PART)
@Designate(ocd = MessagingConfiguration.class)
public final class MessagingComponent implements StatusSource {
    static final String PART = "messaging";
    /** From bad to good. */
    private static final List<State> WORST_FIRST =
            List.of(State.FAILED, State.STARTING, State.JOINING, State.WAITING, State.DRAINING, State.OFF, State.READY);

    private final BundleContext context;
    private final Environment environment;
    private final ChatStore chatStore;
    private final Suites suites = new Suites();
    private final Candidates<KeySpace> keySpaces = new Candidates<>();
    private final Candidates<Planes> planes = new Candidates<>();
    private final Candidates<MetaDirectory> directories = new Candidates<>();
    private final Candidates<Presence> presences = new Candidates<>();
    private final Map<Account, AccountMessenger> messengers = new ConcurrentHashMap<>();
    private final Map<Account, ServiceRegistration<Messenger>> registrations = new ConcurrentHashMap<>();
    /** Makes every messenger hear of every change of the network, in order. Nothing of the framework is called under it. */
    private final Object choosing = new Object();
    private volatile MessagingConfiguration config;
    private Network network = Network.NONE;

    @Activate
    public MessagingComponent(
            BundleContext context,
            MessagingConfiguration config,
            @Reference(name = "environment") Environment environment,
            @Reference(name = "chatStore", target = "(bytchat.store=active)") ChatStore chatStore) {
        settings(config);
        this.context = context;
        this.config = config;
        this.environment = environment;
        this.chatStore = chatStore;
    }

    @Modified
    public void modified(MessagingConfiguration changed) {
        MessagingSettings wanted = settings(changed);
        config = changed;
        messengers.values().forEach(messenger -> messenger.settings(wanted));
        choose();
    }

    @Deactivate
    public void deactivate() {
        List.copyOf(messengers.keySet()).forEach(this::removeAccount);
    }

    /** @throws IllegalArgumentException if one is out of its range: then the component does not start, or stays as it was */
    private static MessagingSettings settings(MessagingConfiguration c) {
        return new MessagingSettings(c.delivered_receipts(), c.outgoing_max(), c.sends_in_flight_max(), c.requests_max(), c.parked_max(),
                Duration.ofMillis(c.retry_millis_min()), Duration.ofMillis(c.retry_millis_max()),
                Duration.ofSeconds(c.restore_seconds_min()), Duration.ofSeconds(c.restore_seconds_max()),
                Duration.ofHours(c.publish_hours()));
    }

    // ---- accounts: one messenger each

    @Reference(name = "account", service = Account.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY, updated = "updatedAccount")
    public void addAccount(Account account, Map<String, Object> properties) {
        AccountMessenger messenger = new AccountMessenger(account, environment, chatStore, suites, settings(config));
        synchronized (choosing) {
            messengers.put(account, messenger);
            messenger.network(network);
        }
        messenger.start();
        registrations.put(account, context.registerService(Messenger.class, messenger, copied(properties)));
    }

    public void updatedAccount(Account account, Map<String, Object> properties) {
        Optional.ofNullable(registrations.get(account)).ifPresent(registration -> registration.setProperties(copied(properties)));
        Optional.ofNullable(messengers.get(account)).ifPresent(AccountMessenger::accountChanged);
    }

    public void removeAccount(Account account) {
        Optional.ofNullable(registrations.remove(account)).ifPresent(ServiceRegistration::unregister);
        Optional.ofNullable(messengers.remove(account)).ifPresent(AccountMessenger::close);
    }

    /** The account's own properties, not the framework's about it. */
    private static Dictionary<String, Object> copied(Map<String, Object> properties) {
        Dictionary<String, Object> copy = new Hashtable<>();
        properties.forEach((name, value) -> {
            if (name.startsWith("bytchat.") && !name.equals(StatusSource.PROPERTY)) {
                copy.put(name, value);
            }
        });
        return copy;
    }

    // ---- the network: whatever of it is there

    private void choose() {
        synchronized (choosing) {
            chooseAlone();
        }
    }

    private void chooseAlone() {
        Network now = new Network(keySpaces.inKeySpace(config.keyspace()), planes.with(Map.of()),
                directories.inKeySpace(config.keyspace()), presences.inKeySpace(config.keyspace()));
        if (!now.equals(network)) {
            network = now;
            messengers.values().forEach(messenger -> messenger.network(now));
        }
    }

    @Reference(name = "keySpace", service = KeySpace.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addKeySpace(KeySpace keySpace, Map<String, Object> properties) {
        keySpaces.add(keySpace, properties);
        choose();
    }

    public void removeKeySpace(KeySpace keySpace) {
        keySpaces.remove(keySpace);
        choose();
    }

    @Reference(name = "planes", service = Planes.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addPlanes(Planes added, Map<String, Object> properties) {
        planes.add(added, properties);
        choose();
    }

    public void removePlanes(Planes removed) {
        planes.remove(removed);
        choose();
    }

    @Reference(name = "metaDirectory", service = MetaDirectory.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addMetaDirectory(MetaDirectory directory, Map<String, Object> properties) {
        directories.add(directory, properties);
        choose();
    }

    public void removeMetaDirectory(MetaDirectory directory) {
        directories.remove(directory);
        choose();
    }

    @Reference(name = "presence", service = Presence.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addPresence(Presence presence, Map<String, Object> properties) {
        presences.add(presence, properties);
        choose();
    }

    public void removePresence(Presence presence) {
        presences.remove(presence);
        choose();
    }

    @Reference(name = "sessionSuite", service = SessionSuite.class, cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    public void addSessionSuite(SessionSuite suite) {
        suites.add(suite);
    }

    public void removeSessionSuite(SessionSuite suite) {
        suites.remove(suite);
    }

    // ---- status

    @Override
    public String part() {
        return PART;
    }

    /** As good as the account that is worst off; READY while there is none. */
    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accounts", messengers.size());
        facts.put("keyspace", config.keyspace());
        List<String> reasons = new ArrayList<>();
        State worst = State.READY;
        for (Map.Entry<Account, AccountMessenger> each : messengers.entrySet()) {
            Status status = each.getValue().status();
            facts.put(each.getKey().name(), status.facts());
            if (WORST_FIRST.indexOf(status.state()) < WORST_FIRST.indexOf(worst)) {
                worst = status.state();
                reasons.add(0, each.getKey().name() + ": " + status.reason());
            }
        }
        return new Status(worst, reasons.isEmpty() ? "" : reasons.get(0), facts);
    }
}
