package bytchat.accounts.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers {@link Accounts}, and each unlocked account as a service that names its UID in every key space of the node.
 */
@Component(service = {Accounts.class, StatusSource.class}, immediate = true, configurationPid = "bytchat.accounts",
        property = StatusSource.PROPERTY + "=" + LocalAccounts.PART)
@Designate(ocd = AccountsConfig.class)
public final class AccountsComponent implements Accounts, StatusSource, LocalAccounts.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(AccountsComponent.class);
    private static final String REVISION = "bytchat.revision";
    private static final String DATA = "bytchat.data";

    private final BundleContext context;
    private final Environment environment;
    private final LocalAccounts accounts;
    private final Set<KeySpace> keySpaces = ConcurrentHashMap.newKeySet();
    /** Guarded by itself. */
    private final Map<LocalAccount, ServiceRegistration<Account>> registrations = new HashMap<>();
    private boolean deactivated;

    @Activate
    public AccountsComponent(BundleContext context, @Reference Environment environment, AccountsConfig config) {
        this.context = context;
        this.environment = environment;
        String data = context.getProperty(DATA);
        if (data == null) {
            throw new IllegalStateException("the framework property " + DATA
                    + " does not say where the data directory is");
        }
        AccountSettings settings = AccountSettings.DEFAULTS.withRsaBits(config.rsa__bits())
                .withArgon2(config.argon2__memory__kib(), config.argon2__passes());
        PassphraseSource passphrase = config.passphrase__file().isBlank()
                ? PassphraseSource.NONE : new PassphraseFile(Path.of(config.passphrase__file()));
        accounts = new LocalAccounts(environment, new DirectoryAccountFiles(Path.of(data, "accounts")), passphrase,
                settings, this);
        if (!config.create().isBlank()) {
            accounts.createIfMissing(config.create());
        }
        accounts.start().thenRun(() -> {
            Status status = accounts.status();
            if (!status.reason().isEmpty()) {
                LOG.info("accounts: {}", status.reason());
            }
        });
    }

    @Deactivate
    void deactivate() {
        List<ServiceRegistration<Account>> leaving;
        synchronized (registrations) {
            deactivated = true;
            leaving = List.copyOf(registrations.values());
            registrations.clear();
        }
        leaving.forEach(ServiceRegistration::unregister);
        accounts.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindKeySpace(KeySpace keySpace) {
        keySpaces.add(keySpace);
        environment.loop().execute(() -> accountsHere().forEach(this::changed));
    }

    void unbindKeySpace(KeySpace keySpace) {
        keySpaces.remove(keySpace);
        environment.loop().execute(() -> accountsHere().forEach(this::changed));
    }

    @Override
    public void added(LocalAccount account) {
        // no lock is held while others hear of the service: they may call back
        ServiceRegistration<Account> registration =
                context.registerService(Account.class, account, properties(account));
        synchronized (registrations) {
            if (!deactivated) {
                registrations.put(account, registration);
                return;
            }
        }
        registration.unregister();
    }

    @Override
    public void changed(LocalAccount account) {
        ServiceRegistration<Account> registration;
        synchronized (registrations) {
            registration = registrations.get(account);
        }
        if (registration != null) {
            try {
                registration.setProperties(properties(account));
            } catch (IllegalStateException e) {
                LOG.debug("deactivated meanwhile", e);
            }
        }
    }

    @Override
    public CompletionStage<Account> create(String name) {
        return accounts.create(name);
    }

    @Override
    public CompletionStage<Void> describe(byte[] fingerprint, String name, byte[] avatar) {
        return accounts.describe(fingerprint, name, avatar);
    }

    @Override
    public CompletionStage<byte[]> exportAccount(byte[] fingerprint, byte[] passphrase) {
        return accounts.exportAccount(fingerprint, passphrase);
    }

    @Override
    public CompletionStage<Account> importAccount(byte[] file, byte[] passphrase) {
        return accounts.importAccount(file, passphrase);
    }

    @Override
    public List<Account> unlocked() {
        return accounts.unlocked();
    }

    @Override
    public String part() {
        return accounts.part();
    }

    @Override
    public Status status() {
        return accounts.status();
    }

    private List<LocalAccount> accountsHere() {
        synchronized (registrations) {
            return List.copyOf(registrations.keySet());
        }
    }

    private Dictionary<String, Object> properties(LocalAccount account) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Account.FINGERPRINT, HexFormat.of().formatHex(account.fingerprint()));
        properties.put(Account.UID, keySpaces.stream().map(keySpace -> keySpace.uid(account.publicKey()).hex()).sorted()
                .toArray(String[]::new));
        properties.put(REVISION, account.revision());
        return properties;
    }
}
