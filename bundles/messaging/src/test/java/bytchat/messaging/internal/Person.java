package bytchat.messaging.internal;

import bytchat.accounts.internal.MemoryAccountFiles;
import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.session.SessionSuite;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.session.cbc.internal.CbcSuite;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.sign.SignatureCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Somebody with a node: a host, a disk that outlives it, and a messenger. */
final class Person {
    static final Duration LONG = Duration.ofHours(2);

    final SimulatedWorld world;
    /** Another one in place of it is another key space. */
    PostOffice office;
    final String name;
    final String ip;
    final Disk disk = new Disk();
    MemoryAccountFiles files;
    Set<Defence> defences = EnumSet.allOf(Defence.class);
    final List<MessageView> heard = new ArrayList<>();
    MessagingSettings settings = MessagingSettings.DEFAULTS;
    SignatureCheck check = SignatureCheck.BOUNCY_CASTLE;
    /** What becomes of the session suite at the next start. */
    UnaryOperator<SessionSuite> wrapped = made -> made;
    Suites suites;
    SessionSuite suite;
    SimulatedHost host;
    Account account;
    AccountMessenger messenger;

    Person(SimulatedWorld world, PostOffice office, String name, String ip) {
        this.world = world;
        this.office = office;
        this.name = name;
        this.files = People.files(name);
        this.ip = ip;
    }

    /** The same person on another node, which has imported the account. */
    Person onAnotherNode(int device, String otherIp) {
        Person there = new Person(world, office, name, otherIp);
        there.files = People.furtherDevice(name, device);
        return there;
    }

    Person start() {
        return start(true);
    }

    /** Without a defence, to show what it is for. */
    Person without(Defence defence) {
        defences = EnumSet.complementOf(EnumSet.of(defence));
        return this;
    }

    Person start(boolean online) {
        host = world.host(ip, 4000);
        account = People.open(world, host, name, files, () -> Optional.ofNullable(messenger).ifPresent(AccountMessenger::accountChanged));
        suites = new Suites();
        suite = wrapped.apply(new CbcSuite(host.environment().workers(), host.environment().random()));
        suites.add(suite);
        SimulatedHost mine = host;
        messenger = new AccountMessenger(account, host.environment(), disk.on(host.environment(), mine::crash), suites, settings, check,
                defences);
        messenger.onMessage(heard::add);
        messenger.start();
        messenger.network(online ? office.network(host) : offline());
        return this;
    }

    private Network offline() {
        return new Network(Optional.of(office.keySpace), Optional.empty(), Optional.empty(), Optional.empty());
    }

    void restart() {
        host.crash();
        start();
    }

    void goOffline() {
        messenger.network(offline());
        world.run(Duration.ofSeconds(1));
    }

    void goOnline() {
        messenger.network(office.network(host));
    }

    Key uid() {
        return office.keySpace.uid(account.publicKey());
    }

    String link() {
        if (host.alive()) {
            await(messenger.contacts());
        }
        return messenger.self().link();
    }

    <T> T await(CompletionStage<T> stage) {
        return world.await(stage, Duration.ofMinutes(5));
    }

    ContactView add(Person other) {
        return await(messenger.addContact(other.link(), Optional.of(other.name)));
    }

    void befriend(Person other) {
        add(other);
        other.add(this);
        if (!world.runUntil(() -> connected(other) && other.connected(this), LONG)) {
            throw new AssertionError(name + " and " + other.name + " did not connect; " + world.describe() + " " + messenger.status());
        }
    }

    /** Everything that is shown, whoever sent it. */
    List<String> shown() {
        return messages().stream().map(m -> new String(m.data(), StandardCharsets.UTF_8)).toList();
    }

    boolean connected(Person other) {
        BBytes them = BBytes.of(other.account.fingerprint());
        return disk.all(SessionRecord.class).stream().anyMatch(s -> s.sending() && s.contact().equals(them));
    }

    MessageView send(Person to, String text) {
        return await(messenger.send(to.name, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    }

    List<MessageView> messages() {
        return await(messenger.messages(Optional.empty(), 1_024));
    }

    /** Texts received, in the order in which they are shown. */
    List<String> inbox() {
        return messages().stream().filter(m -> !m.outgoing()).map(m -> new String(m.data(), StandardCharsets.UTF_8)).toList();
    }

    /** States of what was sent. */
    List<String> outbox() {
        return messages().stream().filter(MessageView::outgoing).map(MessageView::state).toList();
    }

    ContactView contact(Person other) {
        return await(messenger.contacts()).stream().filter(c -> c.ref().equals(other.messenger.self().fingerprint())).findFirst()
                .orElseThrow();
    }

    long count(String name) {
        Object value = messenger.status().facts().get(name);
        return value == null ? 0 : (Long) value;
    }
}
