package bytchat.itests.fuzz;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.holders.internal.HolderPart;
import bytchat.keyspace.internal.HostPort;
import bytchat.keyspace.internal.KeySpaceNode;
import bytchat.keyspace.internal.KeySpaceSettings;
import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import bytchat.mailbox.internal.Mailbox;
import bytchat.mailbox.internal.MailboxSettings;
import bytchat.mainline.internal.MainlineNode;
import bytchat.meta.internal.MetaHolder;
import bytchat.meta.internal.MetaSettings;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.store.memory.internal.MemoryMetaStore;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tracker.internal.Tracker;
import bytchat.tracker.internal.TrackerSettings;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNodeKey;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.NodeIds;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One node of production classes in virtual time, and 256 strangers who send it what they like. A messaging node holds for
 * others on links; an open one routes, in both address families.
 */
final class NodeUnderFire {
    static final int STRANGERS = 256;
    private static final int PORT = 4_000;
    private static final int ITEMS = 8;
    private static final int RECORDS_MAX = 1_000;
    private static final long BYTES_MAX = 1_000_000;

    private final SimulatedWorld world = new SimulatedWorld(1);
    private final Optional<String> network;
    private final SimulatedHost host;
    private final KeySpaceNode local;
    private final Wire wire;
    private final FrameLinks links;
    private final Rpc rpc;
    private final Kademlia kademlia;
    private final MainlineNode mainline;
    private final List<MutableItem> items;
    private final Contact[] strangers = new Contact[STRANGERS];
    private final byte[][] strangersKeys = new byte[STRANGERS][32];

    NodeUnderFire(HashAlgorithm hash, Optional<String> network) {
        this.network = network;
        host = world.host(network.isPresent() ? "21.0.0.1" : "2a01::1", PORT);
        Environment environment = host.environment();
        SimulatedNodeKey key = new SimulatedNodeKey(environment.random());
        InetSocketAddress listen = host.address();
        HostPort hostPort = new HostPort(listen.getAddress().getHostAddress(), PORT);
        local = new KeySpaceNode(
                new KeySpaceSettings("default", hash.name(), network, hostPort, List.of(), Reachable.YES),
                hash, key, listen, listen.getAddress());
        wire = new Wire(listen);
        links = new FrameLinks(listen);
        rpc = new Rpc(environment, local, wire, links);
        kademlia = new Kademlia(environment, local, rpc);
        rpc.start();
        kademlia.start();
        mainline = new MainlineNode(environment, local, rpc, kademlia);
        mainline.start();
        if (network.isPresent()) {
            hold(environment);
        }
        world.run(Duration.ofSeconds(1));
        items = sign(key);
        for (int i = 0; i < STRANGERS; i++) {
            environment.random().nextBytes(strangersKeys[i]);
            InetAddress address = address(i, network.isEmpty() && i % 2 == 1);
            Key id = NodeIds.derive(local.keySpace(), strangersKeys[i], address, i);
            strangers[i] = new Contact(id, new InetSocketAddress(address, PORT + i % 3));
        }
    }

    /** What an attacker may write as well: items that are in order. */
    private List<MutableItem> sign(SimulatedNodeKey key) {
        Mainline.Signer signer = new Mainline.Signer() {
            @Override
            public byte[] publicKey() {
                return key.publicKey();
            }

            @Override
            public byte[] sign(byte[] message) {
                return key.sign(message);
            }
        };
        List<MutableItem> signed = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            signed.add(mainline.sign(signer, new byte[i % 3], i / 2, BBytes.of("value " + i)));
        }
        return signed;
    }

    private void hold(Environment environment) {
        HolderPart holders = new HolderPart(environment, local, rpc, kademlia);
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock());
        Tracker tracker = new Tracker(TrackerSettings.DEFAULT, environment, local, rpc, holders, holders,
                new MemoryTrackerStore(environment, RECORDS_MAX), verifier);
        Mailbox mailbox = new Mailbox(MailboxSettings.DEFAULT, environment, local, rpc, holders, holders,
                new MemoryMailboxStore(environment, RECORDS_MAX, BYTES_MAX), verifier);
        MetaHolder meta = new MetaHolder(MetaSettings.DEFAULT, environment, local.keySpace(), rpc, holders,
                new MemoryMetaStore(environment, RECORDS_MAX, BYTES_MAX), verifier);
        holders.start();
        environment.loop().execute(() -> {
            tracker.start();
            mailbox.start();
            meta.start();
        });
    }

    private static InetAddress address(int number, boolean ipv6) {
        try {
            return InetAddress.getByName(ipv6 ? "2a02:" + (number + 1) + "::1" : "22." + number + ".0.1");
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a number is always an address", e);
        }
    }

    /** Does it on the node's loop and lets time pass; what any task of the node throws comes out. */
    void act(Runnable task, Duration time) {
        host.environment().loop().execute(task);
        world.run(time);
    }

    KeySpaceNode local() {
        return local;
    }

    Optional<String> network() {
        return network;
    }

    Wire wire() {
        return wire;
    }

    FrameLinks links() {
        return links;
    }

    Rpc rpc() {
        return rpc;
    }

    Kademlia kademlia() {
        return kademlia;
    }

    MainlineNode mainline() {
        return mainline;
    }

    /** A signed item, of one key. */
    MutableItem item(int number) {
        return items.get(number % ITEMS);
    }

    Contact stranger(int number) {
        return strangers[number];
    }

    byte[] strangersKey(int number) {
        return strangersKeys[number];
    }

    int idBytes() {
        return local.id().bits() / 8;
    }

    /** Handlers that failed and were answered for with 202: each is a fault of ours. */
    long handlerFailures() {
        return (Long) rpc.status().facts().get("handler_failures");
    }

    /** What the parts say of themselves. */
    List<Object> statuses() {
        return List.of(rpc.status(), kademlia.status(), mainline.status());
    }
}
