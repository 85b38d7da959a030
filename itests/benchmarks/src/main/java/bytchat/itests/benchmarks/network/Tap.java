package bytchat.itests.benchmarks.network;

import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Registration;
import bytchat.api.transport.DatagramTransport;
import bytchat.wire.KrpcMessage;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes out, by kind. */
record Tap(DatagramTransport transport, Map<String, LongAdder> sent) implements DatagramTransport {
    /** Its counts by kind: the methods of queries, {@code answer}, {@code error}; several taps may share one map. */
    static Map<String, LongAdder> counts() {
        return new ConcurrentHashMap<>();
    }

    @Override
    public InetSocketAddress local() {
        return transport.local();
    }

    @Override
    public void send(InetSocketAddress to, byte[] payload) {
        sent.computeIfAbsent(kind(payload), kind -> new LongAdder()).increment();
        transport.send(to, payload);
    }

    private static String kind(byte[] payload) {
        try {
            KrpcMessage message = KrpcMessage.parse(payload, payload.length);
            if (message instanceof KrpcMessage.Query query) {
                return query.method();
            }
            return message instanceof KrpcMessage.Failure ? "error" : "answer";
        } catch (BencodeException e) {
            throw new IllegalStateException("this node sends what it would not read itself", e);
        }
    }

    @Override
    public Registration receive(DatagramReceiver receiver) {
        return transport.receive(receiver);
    }
}
