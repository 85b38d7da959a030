package bytchat.wire.sign;

import bytchat.api.bencode.BBytes;
import bytchat.wire.crypto.Digests;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of RSA signatures that have held, so that a certificate shown with every record is checked once. Only successes
 * are kept: a flood of forgeries cannot push out what is good and costs what it costs without a cache. Safe for use
 * from any thread.
 */
final class VerifiedCache {
    private final Map<BBytes, Boolean> names;

    VerifiedCache(int entriesMax) {
        this.names = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<BBytes, Boolean> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** Lengths before key and message, so that no two triples share a name. */
    static BBytes name(byte[] key, byte[] message, byte[] sig) {
        byte[] lengths = ByteBuffer.allocate(2 * Integer.BYTES).putInt(key.length).putInt(message.length).array();
        return BBytes.wrap(Digests.sha512_256(lengths, key, message, sig));
    }

    synchronized boolean contains(BBytes name) {
        return names.get(name) != null;
    }

    synchronized void add(BBytes name) {
        names.put(name, Boolean.TRUE);
    }

    synchronized int size() {
        return names.size();
    }
}
