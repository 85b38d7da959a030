package bytchat.rpc.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.DirectCall;
import bytchat.api.transport.DatagramTransport;
import bytchat.wire.BencodeWriter;
import bytchat.wire.CompactNodes;
import bytchat.wire.KrpcView;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The answer to a query seen in a {@link KrpcView}, written front to back into one array that serves all. The same bytes
 * as {@link Envelopes#response} gives: {@code d2:ip..[2:nw..]1:rd2:id..ENTRIESe1:t..1:v..1:y1:re}.
 */
final class DirectAnswer implements DirectCall {
    private static final byte[] TO_ADDRESS = utf8("d2:ip");
    private static final byte[] TO_ID = utf8("1:rd2:id");
    private static final byte[] TO_TRANSACTION = utf8("e1:t");
    private static final byte[] AFTER_TRANSACTION;

    static {
        BencodeWriter rest = new BencodeWriter(new byte[64]);
        rest.string(utf8("v"));
        rest.string(Envelopes.VERSION);
        rest.raw(utf8("1:y1:re"));
        AFTER_TRANSACTION = Arrays.copyOf(rest.bytes(), rest.length());
    }

    private final KrpcView query;
    private final LocalNode local;
    private final byte[] network;
    /** The asker's, compact: 6 or 18 bytes. */
    private final byte[] address = new byte[18];
    private final BencodeWriter out = new BencodeWriter(new byte[DatagramTransport.SAFE_PAYLOAD_BYTES]);
    private InetSocketAddress from;
    private Key callerId;
    private int entriesEnd;

    DirectAnswer(KrpcView query, LocalNode local) {
        this.query = query;
        this.local = local;
        this.network = local.keySpace().network()
                .map(name -> utf8("2:nw" + name.getBytes(StandardCharsets.UTF_8).length + ":" + name))
                .orElse(new byte[0]);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Begins the answer to what the view shows now. */
    void begin(InetSocketAddress asker, Key id, int budget) {
        from = asker;
        callerId = id;
        out.truncate(0);
        out.raw(TO_ADDRESS);
        out.string(address, 0, CompactNodes.write(asker, address, 0));
        out.raw(network);
        out.raw(TO_ID);
        out.string(local.id().unsafeArray());
        entriesEnd = Math.min(budget, out.bytes().length)
                - TO_TRANSACTION.length - query.transactionBytes() - AFTER_TRANSACTION.length;
    }

    /** Ends it; the bytes are the first so many of {@link #bytes}. */
    int end() {
        out.raw(TO_TRANSACTION);
        query.writeTransaction(out);
        out.raw(AFTER_TRANSACTION);
        return out.length();
    }

    byte[] bytes() {
        return out.bytes();
    }

    @Override
    public InetSocketAddress from() {
        return from;
    }

    @Override
    public Key callerId() {
        return callerId;
    }

    @Override
    public Key key(BBytes name) {
        return query.key(name, local.id().bits() / 8);
    }

    @Override
    public Optional<BValue> argument(BBytes name) {
        return query.argument(name);
    }

    @Override
    public int room() {
        return entriesEnd - out.length();
    }

    @Override
    public void put(BBytes name, byte[] bytes, int length) {
        out.string(name.unsafeArray());
        out.string(bytes, 0, length);
        if (out.length() > entriesEnd) {
            throw new IllegalArgumentException("an answer that is larger than the room for it");
        }
    }
}
