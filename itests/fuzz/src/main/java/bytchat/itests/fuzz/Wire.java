package bytchat.itests.fuzz;

import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The transport of the node under fire: what comes in is handed over without any catch, what goes out is remembered for a while. */
final class Wire implements DatagramTransport {
    private static final int REMEMBERED = 64;

    private final InetSocketAddress local;
    private final List<Sent> queries = new ArrayList<>();
    private final List<Sent> others = new ArrayList<>();
    private DatagramReceiver receiver;
    private int nextQuery;
    private int nextOther;
    private long sent;

    record Sent(InetSocketAddress to, byte[] payload) {
    }

    Wire(InetSocketAddress local) {
        this.local = local;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        sent++;
        // "1:y1:q" ends every query, because its keys are sorted.
        boolean query = payload.length > 2 && payload[payload.length - 2] == 'q';
        List<Sent> ring = query ? queries : others;
        int place = query ? nextQuery++ % REMEMBERED : nextOther++ % REMEMBERED;
        if (place < ring.size()) {
            ring.set(place, new Sent(to, payload));
        } else {
            ring.add(new Sent(to, payload));
        }
    }

    @Override
    public Registration receive(DatagramReceiver newReceiver) {
        receiver = newReceiver;
        return () -> { };
    }

    void deliver(InetSocketAddress from, byte[] payload) {
        receiver.received(from, payload);
    }

    /** A query that the node has sent, 0 the last one; perhaps it is still open. */
    Optional<Sent> query(int ago) {
        int place = nextQuery - 1 - ago % REMEMBERED;
        return place < 0 ? Optional.empty() : Optional.of(queries.get(place % REMEMBERED));
    }

    /** The last answer or refusal to this address, unless many others came after it. */
    Optional<byte[]> lastAnswer(InetSocketAddress to) {
        for (int i = 1; i <= Math.min(nextOther, others.size()); i++) {
            Sent other = others.get((nextOther - i) % REMEMBERED);
            if (other.to().equals(to)) {
                return Optional.of(other.payload());
            }
        }
        return Optional.empty();
    }

    long sent() {
        return sent;
    }
}
