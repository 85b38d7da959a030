package bytchat.transport.memory;

import bytchat.api.env.Registration;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A simulated host's place in one key space, for tests of the parts above: its id is the hash of its node key, whatever
 * the address, with the last byte free. The production class, with BEP 42 and votes, is in {@code bytchat.keyspace}.
 */
public final class SimulatedNode implements LocalNode {
    private final SimulatedHost host;
    private final KeySpace keySpace;
    private final NodeKey nodeKey;
    private final List<InetSocketAddress> bootstrap;
    private final List<Runnable> listeners = new ArrayList<>();
    private Key id;
    private boolean readOnly;
    private int reached;

    /** A node with a new key from the host's randomness. */
    public SimulatedNode(SimulatedHost host, KeySpace keySpace, List<InetSocketAddress> bootstrap) {
        this(host, keySpace, new SimulatedNodeKey(host.environment().random()), bootstrap);
    }

    public SimulatedNode(
            SimulatedHost host, KeySpace keySpace, NodeKey nodeKey, List<InetSocketAddress> bootstrap) {
        this.host = host;
        this.keySpace = keySpace;
        this.nodeKey = nodeKey;
        this.bootstrap = List.copyOf(bootstrap);
        this.id = keySpace.keyOf(nodeKey.publicKey());
    }

    /** A key space named {@code default}. */
    public static KeySpace keySpace(HashAlgorithm hash, Optional<String> network) {
        return new KeySpace() {
            @Override
            public String name() {
                return "default";
            }

            @Override
            public HashAlgorithm hash() {
                return hash;
            }

            @Override
            public Optional<String> network() {
                return network;
            }
        };
    }

    @Override
    public KeySpace keySpace() {
        return keySpace;
    }

    @Override
    public NodeKey nodeKey() {
        return nodeKey;
    }

    @Override
    public Key id() {
        return id;
    }

    /** Takes another id, as after a change of address; listeners hear of it. */
    public void id(Key newId) {
        id = newId;
        List.copyOf(listeners).forEach(Runnable::run);
    }

    @Override
    public InetSocketAddress listen() {
        return host.address();
    }

    @Override
    public InetSocketAddress endpoint() {
        return host.address();
    }

    @Override
    public void observed(InetAddress voter, InetSocketAddress seen) {
        // The id of a simulated node does not depend on its address.
    }

    @Override
    public List<InetSocketAddress> bootstrap() {
        return bootstrap;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    /** Makes the node read-only until {@link #reached()}, or not. */
    public void readOnly(boolean value) {
        readOnly = value;
        List.copyOf(listeners).forEach(Runnable::run);
    }

    @Override
    public void reached() {
        reached++;
        if (readOnly) {
            readOnly(false);
        }
    }

    /** How often {@link #reached()} was called. */
    public int reachedCount() {
        return reached;
    }

    @Override
    public Registration onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public boolean mayHave(byte[] key, InetAddress address, Key claimed) {
        Key derived = keySpace.keyOf(key);
        return derived.bits() == claimed.bits() && derived.commonPrefixBits(claimed) >= derived.bits() - 8;
    }
}
