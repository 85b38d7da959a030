package bytchat.keyspace.internal;

import bytchat.api.env.Registration;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.wire.NodeIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** This node in one key space: its id, its address as others see it, and whether it is only a reader yet. */
public final class KeySpaceNode implements LocalNode {
    private final KeySpace keySpace;
    private final NodeKey nodeKey;
    private final InetSocketAddress listen;
    private final AddressVotes votes;
    private final boolean addressConfigured;
    private final boolean reachedEndsReadOnly;
    private final int lastByte;
    private final List<Runnable> listeners = new ArrayList<>();
    private volatile List<InetSocketAddress> bootstrap = List.of();
    private volatile InetSocketAddress endpoint;
    private volatile Key id;
    private volatile boolean readOnly;
    private volatile int voters;
    /** The latest vote; null before the first. */
    private volatile InetAddress seenAt;

    /**
     * @param listen  where it listens, with its port
     * @param assumed the address to go by until others have said what they see
     */
    public KeySpaceNode(KeySpaceSettings settings, HashAlgorithm hash, NodeKey nodeKey, InetSocketAddress listen,
            InetAddress assumed) {
        this(settings, hash, nodeKey, listen, assumed, AddressVotes.VOTES_MIN);
    }

    /** With a number of votes of choice, for the test that shows what fewer would allow. */
    KeySpaceNode(KeySpaceSettings settings, HashAlgorithm hash, NodeKey nodeKey, InetSocketAddress listen,
            InetAddress assumed, int votesMin) {
        this.keySpace = new NamedKeySpace(settings.name(), hash, settings.network());
        this.nodeKey = nodeKey;
        this.listen = listen;
        this.votes = new AddressVotes(votesMin);
        this.addressConfigured = NodeIds.routable(assumed);
        this.endpoint = new InetSocketAddress(assumed, listen.getPort());
        // Free by BEP 42; taken from the key, it stays the same over restarts and needs no storing.
        this.lastByte = nodeKey.publicKey()[0] & 0xff;
        this.id = NodeIds.derive(keySpace, nodeKey.publicKey(), assumed, lastByte);
        // Somebody has to be the first to hold something: a node that nobody told whom to join by. And an open network has no
        // links to prove anything by: there BEP 43 leaves it to the operator to say that a node only reads.
        boolean reachable = settings.reachable() == KeySpaceSettings.Reachable.YES
                || settings.reachable() == KeySpaceSettings.Reachable.AUTO
                && (settings.bootstrap().isEmpty() || settings.network().isEmpty());
        this.readOnly = !reachable;
        this.reachedEndsReadOnly = settings.reachable() == KeySpaceSettings.Reachable.AUTO;
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

    @Override
    public InetSocketAddress listen() {
        return listen;
    }

    @Override
    public InetSocketAddress endpoint() {
        return endpoint;
    }

    @Override
    public void observed(InetAddress voter, InetSocketAddress seen) {
        InetAddress address = seen.getAddress();
        if (address == null || address.getClass() != endpoint.getAddress().getClass() || address.isAnyLocalAddress()
                || address.isMulticastAddress()) {
            return; // not an address that this socket could be seen at
        }
        seenAt = address;
        boolean trusted = !addressConfigured && bootstrap.stream().anyMatch(node -> node.getAddress().equals(voter));
        if (votes.vote(voter, address, trusted)) {
            endpoint = new InetSocketAddress(address, listen.getPort());
            Key next = NodeIds.derive(keySpace, nodeKey.publicKey(), address, lastByte);
            boolean moved = !next.equals(id);
            id = next;
            if (moved) {
                changed();
            }
        }
        voters = votes.voters();
    }

    @Override
    public List<InetSocketAddress> bootstrap() {
        return bootstrap;
    }

    /** What has been resolved of the configured addresses; may be called from any thread. */
    public void bootstrap(List<InetSocketAddress> resolved) {
        bootstrap = List.copyOf(resolved);
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void reached() {
        if (readOnly && reachedEndsReadOnly) {
            readOnly = false;
            changed();
        }
    }

    @Override
    public Registration onChange(Runnable listener) {
        Runnable own = () -> listener.run(); // registered twice, it is two registrations
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    private void changed() {
        List.copyOf(listeners).forEach(Runnable::run);
    }

    @Override
    public boolean mayHave(byte[] key, InetAddress address, Key claimed) {
        return NodeIds.matches(keySpace, key, address, claimed);
    }

    /** May be called from any thread. */
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("node_id", id.hex());
        facts.put("hash", keySpace.hash().name());
        facts.put("network", keySpace.network().orElse("open"));
        facts.put("listen", text(listen));
        facts.put("endpoint", text(endpoint));
        facts.put("address_voters", voters);
        facts.put("read_only", readOnly);
        facts.put("bootstrap_nodes", bootstrap.size());
        return new Status(State.READY, remark(), facts);
    }

    /** What the operator should know although the key space runs. */
    private String remark() {
        String network = keySpace.network().isPresent() ? ""
                : "an open network: it only routes, and carries no messages";
        InetAddress other = seenAt;
        if (other == null || other.equals(endpoint.getAddress())) {
            return network;
        }
        return "others see this node at " + other.getHostAddress() + ", but it goes by "
                + endpoint.getAddress().getHostAddress()
                + ": if they refuse it, name the former by --address, or use --listen and --bootstrap of one network"
                + (network.isEmpty() ? "" : "; " + network);
    }

    private static String text(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
