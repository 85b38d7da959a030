package bytchat.itests.simulation;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.store.MailboxStore;
import bytchat.keyspace.internal.NodeIdentity;
import bytchat.mailbox.internal.Mailbox;
import bytchat.mailbox.internal.MailboxSettings;
import bytchat.meta.internal.MetaHolder;
import bytchat.meta.internal.MetaSettings;
import bytchat.tracker.internal.Tracker;
import bytchat.tracker.internal.TrackerSettings;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * A whole node of the simulation: routing, holding for others, and perhaps a person. It can crash, vanish and start
 * again with what was on its disk.
 */
public final class SimNode {
    private final SimNetwork network;
    private final String ip;
    private final int port;
    private final List<InetSocketAddress> bootstrap;
    private SimDisk disk = new SimDisk();
    private final Optional<String> person;
    /** What another node of the same person exported. */
    private final Optional<byte[]> exported;
    private NodeKey key;
    private SimulatedHost host;
    private NodeParts parts;
    private Optional<SimPerson> user = Optional.empty();

    SimNode(SimNetwork network, String ip, int port, List<InetSocketAddress> bootstrap, Optional<String> person,
            Optional<byte[]> exported) {
        this.network = network;
        this.ip = ip;
        this.port = port;
        this.bootstrap = bootstrap;
        this.person = person;
        this.exported = exported;
    }

    /** Starts the node, with its old key and disk if it has run before. */
    SimNode start() {
        SimulatedWorld world = network.world();
        host = world.host(ip, port);
        Environment environment = host.environment();
        disk.attach(environment);
        if (key == null) {
            key = NodeIdentity.generate(environment.random());
        }
        parts = NodeParts.start(
                environment, network.hash(), Optional.of(NodeParts.NETWORK), key, host.datagrams(), host.links(key), bootstrap,
                disk.contacts(), network.planes());
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock());
        Tracker tracker = new Tracker(TrackerSettings.DEFAULT, environment, parts.local(), parts.rpc(), parts.holders(),
                parts.holders(), disk.trackers(), verifier);
        Mailbox mailbox = new Mailbox(MailboxSettings.DEFAULT, environment, parts.local(), parts.rpc(), parts.holders(),
                parts.holders(), disk.mailboxes(), verifier);
        MetaHolder meta = new MetaHolder(MetaSettings.DEFAULT, environment, parts.local().keySpace(), parts.rpc(),
                parts.holders(), disk.metas(), verifier);
        environment.loop().execute(() -> {
            tracker.start();
            mailbox.start();
            meta.start();
        });
        user = person.map(name -> new SimPerson(name, exported, parts, disk, verifier));
        return this;
    }

    /** The process dies. */
    public void crash() {
        host.crash();
    }

    /** The machine dies, and tells nobody. */
    public void vanish() {
        host.vanish();
    }

    public SimNode restart() {
        host.crash();
        return start();
    }

    /** The process dies and its stores are gone: what nobody must do to a node. Its key stays. */
    public SimNode restartWithoutDisk() {
        disk = new SimDisk();
        return restart();
    }

    public SimulatedHost host() {
        return host;
    }

    public NodeParts parts() {
        return parts;
    }

    public Contact contact() {
        return parts.contact();
    }

    /** Others' mail that it holds, and what it remembers of mail that it held. */
    public MailboxStore mailboxes() {
        return disk.mailboxes();
    }

    /** @throws java.util.NoSuchElementException on a node that is nobody's */
    public SimPerson person() {
        return user.orElseThrow();
    }

    /** Runs on the node's loop. */
    public <T> CompletableFuture<T> call(Supplier<? extends CompletionStage<T>> task) {
        return host.call(task);
    }

    @Override
    public String toString() {
        return person.map(name -> name + " at ").orElse("") + ip;
    }
}
