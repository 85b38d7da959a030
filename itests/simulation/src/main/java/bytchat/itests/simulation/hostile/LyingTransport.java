package bytchat.itests.simulation.hostile;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.transport.DatagramTransport;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What makes a node hostile: the production node above it joins, asks and is remembered as any other, but questions for nodes
 * are answered here, on the wire, with a lie.
 */
final class LyingTransport implements DatagramTransport {
    private final DatagramTransport wire;
    private final Hostiles colluders;
    private final Lie lie;
    private final Optional<String> network;
    private final Contact self;
    private long lies;

    LyingTransport(DatagramTransport wire, Hostiles colluders, Lie lie, Optional<String> network, Contact self) {
        this.wire = wire;
        this.colluders = colluders;
        this.lie = lie;
        this.network = network;
        this.self = self;
    }

    long lies() {
        return lies;
    }

    @Override
    public InetSocketAddress local() {
        return wire.local();
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        wire.send(to, payload);
    }

    @Override
    public Registration receive(DatagramReceiver receiver) {
        return wire.receive((from, payload) -> {
            if (colluders.contains(from) || !lied(from, payload)) {
                receiver.received(from, payload);
            }
        });
    }

    private boolean lied(InetSocketAddress from, byte[] payload) {
        try {
            return KrpcMessage.parse(payload, PAYLOAD_BYTES_MAX) instanceof KrpcMessage.Query query
                    && query.method().equals("find_node")
                    && lie(from, query, Key.of(query.arguments().requireBytes("target", self.id().bits() / 8)));
        } catch (BencodeException e) {
            return false; // the node above says what is wrong with it
        }
    }

    private boolean lie(InetSocketAddress from, KrpcMessage.Query query, Key target) {
        if (lie == Lie.SILENT) {
            lies++;
            return true;
        }
        Optional<List<Contact>> names = colluders.names(lie, target);
        names.ifPresent(named -> {
            lies++;
            Key id = lie == Lie.PRETENDERS ? colluders.pretending(self.address(), target).id() : self.id();
            BDict result = BDict.builder()
                    .put("id", id.unsafeArray())
                    .put("nodes", CompactNodes.encode(named, false))
                    .build();
            wire.send(from, new KrpcMessage.Response(query.t(), result,
                    Optional.of(CompactNodes.address(from)), Optional.empty(), network).encode());
        });
        return names.isPresent();
    }
}
