package bytchat.accounts.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The accounts of a node: opens the keystore, makes new ones, and once in a while looks whether prekeys or certificates
 * have become old. What assembles a node, in OSGi or in the simulation, makes one and calls {@link #start()}.
 */
public final class LocalAccounts implements Accounts, StatusSource, AutoCloseable {
    static final String PART = "accounts";
    /** Characters of a name. */
    static final int NAME_CHARACTERS_MAX = 64;
    /** Bytes of an avatar. */
    static final int AVATAR_BYTES_MAX = 16 * 1024;
    private static final String NO_ACCOUNT = "no account yet: make one with \"account create NAME\"";

    private final Environment environment;
    private final Keystore keystore;
    private final AccountSettings settings;
    private final Listener listener;
    private final List<LocalAccount> unlocked = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();

    // used on the loop
    private List<String> locked = List.of();
    private int making;
    private String trouble = "";
    private Registration check = () -> { };
    private boolean opened;
    private boolean closed;

    private volatile Status status = Status.of(State.STARTING, "opening the keystore");

    public LocalAccounts(Environment environment, AccountFiles files, PassphraseSource passphrase,
            AccountSettings settings,
            Listener listener) {
        this.environment = environment;
        this.keystore = new Keystore(files, passphrase, settings, environment.random());
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Opens the keystore. May be called from any thread, once.
     *
     * @return completes on the loop when every account that can be opened is there; never fails, {@link #status()} says
     *         what is wrong
     */
    public CompletionStage<Void> start() {
        environment.loop().execute(() -> environment.workers().submit(keystore::open)
                .whenComplete((contents, failure) -> {
            if (closed) {
                return;
            }
            if (failure == null) {
                contents.unlocked().forEach(one -> add(local(one.keys(), one.seal())));
                locked = contents.locked();
                unlocked.forEach(this::age);
            } else {
                trouble = "the keystore cannot be read: " + sentence(failure);
            }
            opened = true;
            check = environment.loop().every(settings.checkPeriod(), () -> unlocked.forEach(this::age));
            refreshStatus();
            loaded.complete(null);
        }));
        return loaded;
    }

    @Override
    public CompletionStage<Account> create(String name) {
        CompletableFuture<Account> result = new CompletableFuture<>();
        environment.loop().execute(() -> loaded.thenCompose(ready -> make(name)).whenComplete(into(result)));
        return result;
    }

    /**
     * As {@link #create}, unless an account of that name exists or one that cannot be opened may have it.
     *
     * @return completes on the loop; a failure is also told by {@link #status()}
     */
    public CompletionStage<Void> createIfMissing(String name) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        environment.loop().execute(() -> {
            making++; // from this moment, so that the node is not Ready before its account is
            refreshStatus();
            loaded.thenCompose(ready -> {
                making--;
                boolean exists = !locked.isEmpty() || unlocked.stream()
                        .anyMatch(account -> account.name().equals(name));
                return exists ? CompletableFuture.<Account>completedFuture(null) : make(name);
            }).whenComplete((account, failure) -> {
                if (failure != null) {
                    trouble = "the account " + name + " could not be made: " + sentence(failure);
                }
                refreshStatus();
            }).<Void>thenApply(account -> null).whenComplete(into(result));
        });
        return result;
    }

    @Override
    public CompletionStage<Void> describe(byte[] fingerprint, String name, byte[] avatar) {
        byte[] wanted = fingerprint.clone();
        byte[] image = avatar.clone();
        CompletableFuture<Void> result = new CompletableFuture<>();
        environment.loop().execute(() -> loaded.thenCompose(ready -> {
            requireName(name);
            requireAvatar(image);
            return change(called(wanted), keys -> keys.described(name, image));
        }).<Void>thenApply(changed -> null).whenComplete(into(result)));
        return result;
    }

    @Override
    public CompletionStage<byte[]> exportAccount(byte[] fingerprint, byte[] passphrase) {
        byte[] wanted = fingerprint.clone();
        byte[] words = passphrase.clone();
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        environment.loop().execute(() -> loaded.thenCompose(ready -> {
            LocalAccount account = called(wanted);
            return environment.workers().submit(
                    () -> ExportFile.seal(account.keys().exported(), words, settings, environment.random()));
        }).whenComplete((file, failure) -> Arrays.fill(words, (byte) 0)).whenComplete(into(result)));
        return result;
    }

    @Override
    public CompletionStage<Account> importAccount(byte[] file, byte[] passphrase) {
        byte[] sealed = file.clone();
        byte[] words = passphrase.clone();
        CompletableFuture<Account> result = new CompletableFuture<>();
        environment.loop().execute(() -> loaded.thenCompose(ready -> enter(() -> {
            BDict exported = ExportFile.open(sealed, words);
            AccountKeys keys = AccountKeys.imported(exported, environment.clock().millis(), settings, environment.random());
            requireName(keys.name());
            requireAvatar(keys.avatar());
            FileSeal seal = keystore.newSeal();
            keystore.add(keys, seal);
            return local(keys, seal);
        })).whenComplete((account, failure) -> Arrays.fill(words, (byte) 0)).whenComplete(into(result)));
        return result;
    }

    /** The account with this fingerprint. */
    private LocalAccount called(byte[] fingerprint) {
        return unlocked.stream().filter(one -> Arrays.equals(one.fingerprint(), fingerprint)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no such account on this node"));
    }

    @Override
    public List<Account> unlocked() {
        return List.copyOf(unlocked);
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        return status;
    }

    /** Locks every account. May be called from any thread. */
    @Override
    public void close() {
        environment.loop().execute(() -> {
            closed = true;
            check.close();
            unlocked.forEach(LocalAccount::lock);
            status = Status.of(State.OFF, "the accounts bundle has been stopped");
        });
    }

    private CompletionStage<Account> make(String name) {
        requireName(name);
        return enter(() -> {
            FileSeal seal = keystore.newSeal(); // first: without one there is no use in a second of RSA
            AccountKeys keys = AccountKeys.generate(name, environment.clock().millis(), settings, environment.random());
            keystore.add(keys, seal);
            return local(keys, seal);
        });
    }

    /** Has an account made and saved on the worker pool, and then lets others see it. */
    private CompletionStage<Account> enter(Callable<LocalAccount> maker) {
        if (unlocked.size() + locked.size() + making >= ACCOUNTS_MAX) {
            throw new IllegalArgumentException("this node has " + ACCOUNTS_MAX + " accounts, which is the limit");
        }
        making++;
        refreshStatus();
        return environment.workers().submit(maker).handle((account, failure) -> {
            making--;
            if (failure == null && !closed) {
                trouble = "";
                add(account);
            }
            refreshStatus();
            if (failure != null) {
                throw new CompletionException(Failures.cause(failure));
            }
            return account;
        });
    }

    private void add(LocalAccount account) {
        unlocked.add(account);
        listener.added(account);
    }

    private void age(LocalAccount account) {
        if (!closed && account.keys().ages(environment.clock().millis(), settings)) {
            change(account, keys -> keys.aged(environment.clock().millis(), settings, environment.random()));
        }
    }

    private LocalAccount local(AccountKeys keys, FileSeal seal) {
        return new LocalAccount(environment, keys, seal, (account, changing) -> {
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            environment.loop().execute(() -> change(account, changing).whenComplete(into(result)));
            return result;
        });
    }

    /** See {@link LocalAccount.Changer}; on the loop. */
    private CompletionStage<Boolean> change(LocalAccount account, UnaryOperator<AccountKeys> changing) {
        Callable<AccountKeys> work = () -> {
            AccountKeys before = account.keys();
            AccountKeys changed = changing.apply(before);
            if (changed != before) {
                keystore.save(changed, account.seal());
            }
            return changed;
        };
        CompletionStage<Boolean> done = account.lastChange().thenCompose(before -> environment.workers().submit(work))
                .thenApply(changed -> {
                    boolean different = changed != account.keys();
                    account.replace(changed);
                    if (different && !closed) {
                        listener.changed(account);
                    }
                    return different;
                });
        account.lastChange(done.handle((different, failure) -> {
            if (failure == null || !(Failures.cause(failure) instanceof IllegalArgumentException)) {
                trouble = failure == null ? "" : "a change of the account " + account.name() + " could not be saved: "
                        + sentence(failure);
            }
            refreshStatus();
            return null;
        }));
        return done;
    }

    private void refreshStatus() {
        if (closed) {
            return;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("accounts", unlocked.size());
        facts.put("locked", locked.size());
        if (!opened) {
            status = new Status(State.STARTING, "opening the keystore", facts);
        } else if (making > 0) {
            status = new Status(State.STARTING, "making the keys of an account", facts);
        } else if (!trouble.isEmpty()) {
            status = new Status(State.WAITING, trouble, facts);
        } else if (!locked.isEmpty()) {
            status = new Status(State.WAITING, locked.get(0), facts);
        } else {
            status = new Status(State.READY, unlocked.isEmpty() ? NO_ACCOUNT : "", facts);
        }
    }

    private static void requireName(String name) {
        int characters = name.codePointCount(0, name.length());
        if (name.isBlank() || characters > NAME_CHARACTERS_MAX || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a name has 1 to " + NAME_CHARACTERS_MAX
                    + " characters, none of them a control character");
        }
    }

    private static void requireAvatar(byte[] avatar) {
        if (avatar.length > AVATAR_BYTES_MAX) {
            throw new IllegalArgumentException("an avatar has at most " + AVATAR_BYTES_MAX + " bytes, this one has "
                    + avatar.length);
        }
    }

    private static String sentence(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause instanceof IOException || cause instanceof IllegalArgumentException
                ? cause.getMessage() : cause.toString();
    }

    private static <T> BiConsumer<T, Throwable> into(CompletableFuture<T> result) {
        return (value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failures.cause(failure));
            }
        };
    }

    /** Hears of accounts, on the event loop. */
    public interface Listener {
        void added(LocalAccount account);

        /** Name, avatar, prekeys or credentials are others now. */
        void changed(LocalAccount account);
    }
}
