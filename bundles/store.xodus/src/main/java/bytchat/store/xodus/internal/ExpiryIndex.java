package bytchat.store.xodus.internal;

import bytchat.api.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The table by which records expire without a scan: when ‖ kind ‖ key of the record → its bytes. It is not sealed, so
 * whoever acts on an entry compares it with the sealed record first: a rotten index removes nothing early.
 */
record ExpiryIndex(String table) {
    private static final int KEY_AT = Long.BYTES + 1;

    /** An entry whose time has come. */
    record Due(long atMillis, byte kind, byte[] key, int bytes) {
    }

    record Sum(long entries, long bytes) {
    }

    void add(Change<?> change, long atMillis, byte kind, byte[] key, int bytes) {
        change.put(table, entry(atMillis, kind, key), ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array());
    }

    void remove(Change<?> change, long atMillis, byte kind, byte[] key) {
        change.remove(table, entry(atMillis, kind, key));
    }

    void remove(Change<?> change, Due due) {
        remove(change, due.atMillis(), due.kind(), due.key());
    }

    /** Those due, soonest first. */
    List<Due> due(Txn txn, long nowMillis, int limit) throws StoreException {
        List<Due> due = new ArrayList<>();
        txn.withPrefix(table, new byte[0], (entry, bytes) -> {
            if (!isWhole(entry, bytes)) {
                return true;
            }
            long atMillis = ByteBuffer.wrap(entry).getLong();
            if (atMillis > nowMillis || due.size() >= limit) {
                return false;
            }
            int size = ByteBuffer.wrap(bytes).getInt();
            return due.add(new Due(atMillis, entry[Long.BYTES], Keys.tail(entry, KEY_AT), size));
        });
        return due;
    }

    /** Counts what there is of a kind. */
    Sum sum(Txn txn, byte kind) throws StoreException {
        long[] sum = new long[2];
        txn.withPrefix(table, new byte[0], (entry, bytes) -> {
            if (isWhole(entry, bytes) && entry[Long.BYTES] == kind) {
                sum[0]++;
                sum[1] += ByteBuffer.wrap(bytes).getInt();
            }
            return true;
        });
        return new Sum(sum[0], sum[1]);
    }

    /** One that has rotten so far that it cannot be read is passed over. */
    private static boolean isWhole(byte[] entry, byte[] bytes) {
        return entry.length > KEY_AT && bytes.length == Integer.BYTES;
    }

    private static byte[] entry(long atMillis, byte kind, byte[] key) {
        return Keys.join(Keys.number(atMillis), new byte[] {kind}, key);
    }
}
