package bytchat.itests.benchmarks.jmh;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Clock;
import bytchat.api.env.Environment;
import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import bytchat.api.env.WorkerPool;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.transport.DatagramTransport;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.rpc.internal.RpcDefences;
import bytchat.rpc.internal.RpcSettings;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.KrpcMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A node of the production classes without a socket, whose table is as full as in a network of millions. */
final class Served implements DatagramTransport {
    static final int ASKERS = 4_096;
    private static final int BUCKETS = 40;
    private static final int IN_A_BUCKET = 16;

    final SimulatedWorld world = new SimulatedWorld(1);
    final SimulatedNode node;
    final Kademlia kademlia;
    final InetSocketAddress[] askers = new InetSocketAddress[ASKERS];
    private final Map<InetSocketAddress, Key> contacts = new HashMap<>();
    private final SimulatedHost host;
    private final Random random = new Random(1);
    private DatagramReceiver receiver;
    private boolean filling = true;
    private long bytesSent;

    Served(String hash) throws UnknownHostException {
        HashAlgorithm algorithm = hash.equals("sha-1") ? new Sha1() : new Sha512();
        host = world.host("10.0.0.1", 6881);
        node = new SimulatedNode(host, SimulatedNode.keySpace(algorithm, Optional.empty()), List.of());
        Environment environment = inRealTime(host.environment());
        // as many limits as ever, but none that this load reaches
        Rpc rpc = new Rpc(environment, node, this, host.links(node.nodeKey()),
                RpcSettings.DEFAULTS.withRequests(1_000_000_000, 1_000_000), RpcDefences.ALL);
        rpc.start();
        kademlia = new Kademlia(environment, node, rpc);
        kademlia.start();
        world.run(Duration.ofSeconds(1));
        for (int i = 0; i < BUCKETS * IN_A_BUCKET; i++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(
                    new byte[] {10, (byte) (1 + i / 250), (byte) (i % 250), 1}), 6881);
            contacts.put(address, inBucket(i / IN_A_BUCKET));
        }
        for (int round = 0; round < 3; round++) {
            contacts.forEach((address, id) -> {
                kademlia.suggest(List.of(new Contact(id, address)));
                world.run(Duration.ofMillis(1));
            });
        }
        filling = false;
        for (int i = 0; i < ASKERS; i++) {
            askers[i] = new InetSocketAddress(InetAddress.getByAddress(
                    new byte[] {127, 64, (byte) (i / 250), (byte) (1 + i % 250)}), 6881);
        }
    }

    Key randomKey() {
        byte[] bytes = new byte[node.id().bits() / 8];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    private Key inBucket(int bucket) {
        byte[] bytes = randomKey().toArray();
        for (int bit = 0; bit <= bucket; bit++) {
            int mask = 0x80 >> (bit & 7);
            boolean one = node.id().bit(bit) != (bit == bucket);
            bytes[bit >> 3] = (byte) (one ? bytes[bit >> 3] | mask : bytes[bit >> 3] & ~mask);
        }
        return Key.of(bytes);
    }

    /** Bytes that were sent in answer to this datagram. */
    long ask(InetSocketAddress from, byte[] question) {
        long before = bytesSent;
        receiver.received(from, question);
        return bytesSent - before;
    }

    List<Contact> contacts() {
        List<Contact> all = new ArrayList<>();
        kademlia.table().forEach(entry -> all.add(entry.contact()));
        return all;
    }

    @Override
    public InetSocketAddress local() {
        return host.address();
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        if (filling && KrpcMessage.parse(payload, PAYLOAD_BYTES_MAX) instanceof KrpcMessage.Query query && contacts.containsKey(to)) {
            byte[] answer = new KrpcMessage.Response(query.t(), BDict.builder()
                    .put("id", contacts.get(to).unsafeArray()).put("nodes", new byte[0]).build(), Optional.empty(), Optional.empty()).encode();
            host.environment().loop().execute(() -> receiver.received(to, answer));
        }
        bytesSent += payload.length;
    }

    @Override
    public void send(InetSocketAddress to, byte[] buffer, int length) {
        bytesSent += length;
    }

    @Override
    public Registration receive(DatagramReceiver newReceiver) {
        receiver = newReceiver;
        return () -> { };
    }

    /** The simulated environment with the machine's clock: buckets of tokens fill, and reading it costs what it costs. */
    private static Environment inRealTime(Environment simulated) {
        Clock clock = new Clock() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
        return new Environment() {
            @Override
            public Clock clock() {
                return clock;
            }

            @Override
            public EventLoop loop() {
                return simulated.loop();
            }

            @Override
            public WorkerPool workers() {
                return simulated.workers();
            }

            @Override
            public SecureRandom random() {
                return simulated.random();
            }
        };
    }
}
