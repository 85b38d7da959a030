package bytchat.ui.shell.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.env.Environment;
import bytchat.api.features.FeatureManager;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Mainline;
import bytchat.api.messaging.Messenger;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.plane.Planes;
import bytchat.api.presence.Presence;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.store.Stores;
import bytchat.api.ui.PageAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The node as commands see it: its services, or a reason that a person understands. */
final class Node {
    static final String NO_ACCOUNT = "no account yet: make one with \"account create NAME\"";
    private static final String DEFAULT_KEY_SPACE = "default";
    private static final int FINGERPRINT_DIGITS = 8;

    /** What each service is called, and the feature that brings it. */
    private static final Map<Class<?>, Part> PARTS = Map.ofEntries(
            Map.entry(Environment.class, new Part("the runtime", "core")),
            Map.entry(NodeHealth.class, new Part("telemetry", "core")),
            Map.entry(FeatureManager.class, new Part("the feature manager", "core")),
            Map.entry(KeySpace.class, new Part("a key space", "core")),
            Map.entry(LocalNode.class, new Part("a key space", "core")),
            Map.entry(RoutingPlanes.class, new Part("routing", "routing")),
            Map.entry(Mainline.class, new Part("the storage of open networks", "mainline")),
            Map.entry(Holders.class, new Part("the search for holders", "holder")),
            Map.entry(MetaDirectory.class, new Part("the meta directory", "mailbox-plane")),
            Map.entry(Presence.class, new Part("presence", "mailbox-plane")),
            Map.entry(Accounts.class, new Part("the keeper of accounts", "mailbox-plane")),
            Map.entry(Planes.class, new Part("the keeper of delivery planes", "mailbox-plane")),
            Map.entry(Stores.class, new Part("the keeper of stores", "core")),
            Map.entry(Settings.class, new Part("configuration", "shell")),
            Map.entry(PageAddress.class, new Part("the page", "web")));

    private final Services services;

    Node(Services services) {
        this.services = services;
    }

    <T> List<T> all(Class<T> type) {
        return services.all(type);
    }

    <T> T need(Class<T> type) throws ShellException {
        return services.first(type).orElseThrow(() -> missing(type));
    }

    /** The service of one key space. */
    <T> T need(Class<T> type, KeySpace keySpace) throws ShellException {
        return services.all(type, keySpace.name()).stream().findFirst().orElseThrow(() -> missing(type));
    }

    /** The key space of that name; without a name the only one, or the one called default. */
    KeySpace keySpace(Optional<String> name) throws ShellException {
        List<KeySpace> all = all(KeySpace.class);
        if (all.isEmpty()) {
            throw missing(KeySpace.class);
        }
        String names = all.stream().map(KeySpace::name).sorted().collect(Collectors.joining(", "));
        if (name.isPresent()) {
            return all.stream().filter(space -> space.name().equals(name.get())).findFirst()
                    .orElseThrow(() -> new ShellException("there is no key space " + name.get() + " here, only "
                            + names));
        }
        return all.size() == 1 ? all.get(0) : all.stream().filter(space -> space.name().equals(DEFAULT_KEY_SPACE))
                .findFirst()
                .orElseThrow(() -> new ShellException(
                        "this node lives in several key spaces: choose with --keyspace one of " + names));
    }

    /**
     * The messenger of the account named by its name or the beginning of its fingerprint; without one, the only
     * account's.
     */
    Messenger messenger(Optional<String> account) throws ShellException {
        List<Messenger> all = all(Messenger.class);
        if (all.isEmpty()) {
            throw noMessenger();
        }
        String names = names(all);
        if (account.isEmpty()) {
            if (all.size() > 1) {
                throw new ShellException("this node has several accounts: choose with --account one of " + names);
            }
            return all.get(0);
        }
        List<Messenger> named = all.stream()
                .filter(one -> isCalled(one.self().name(), one.self().fingerprint(), account.get())).toList();
        if (named.size() != 1) {
            throw new ShellException((named.isEmpty() ? "no account is called " : "several accounts are called ")
                    + account.get() + ": choose one of " + names);
        }
        return named.get(0);
    }

    /** What to call each account by: its name, or the beginning of its fingerprint where others have that name too. */
    private static String names(List<Messenger> all) {
        Map<String, Long> called = all.stream()
                .collect(Collectors.groupingBy(one -> one.self().name().toLowerCase(Locale.ROOT),
                        Collectors.counting()));
        return all.stream().map(Messenger::self)
                .map(self -> called.get(self.name().toLowerCase(Locale.ROOT)) == 1 ? self.name()
                        : self.fingerprint().substring(0, FINGERPRINT_DIGITS) + " (" + self.name() + ")")
                .sorted().collect(Collectors.joining(", "));
    }

    /** Whether a person means this one: by the whole name, or by the beginning of a long number. */
    static boolean isCalled(String name, String number, String called) {
        return name.equalsIgnoreCase(called)
                || called.length() >= 4 && number.startsWith(called.toLowerCase(Locale.ROOT));
    }

    private ShellException noMessenger() throws ShellException {
        if (need(Accounts.class).unlocked().isEmpty() && all(Account.class).isEmpty()) {
            Optional<String> trouble = health().map(NodeHealth::parts).map(parts -> parts.get("accounts"))
                    .filter(status -> status.state() != State.READY).map(Status::reason);
            return new ShellException(trouble.map(reason -> "no account can be used: " + reason).orElse(NO_ACCOUNT));
        }
        return new ShellException("messaging is not running" + why());
    }

    private ShellException missing(Class<?> type) {
        Part part = PARTS.getOrDefault(type, new Part(type.getSimpleName(), "core"));
        return new ShellException(part.name() + " is not running" + why() + "; it comes with the feature "
                + part.feature()
                + " (\"feature list\")");
    }

    private String why() {
        return health().map(NodeHealth::overall).filter(status -> status.state() != State.READY)
                .map(status -> ": " + status.reason()).orElse("");
    }

    private Optional<NodeHealth> health() {
        return services.first(NodeHealth.class);
    }

    private record Part(String name, String feature) {
    }
}
