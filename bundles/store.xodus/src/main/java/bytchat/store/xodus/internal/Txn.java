package bytchat.store.xodus.internal;

import bytchat.api.store.StoreException;
import bytchat.records.AeadSealer;
import bytchat.records.RecordCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.ExodusException;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.Transaction;

/**
 * Tables of byte keys and byte values, ordered as raw bytes, within one snapshot. Belongs to the thread that runs the
 * work. Together with {@link XodusFiles} this is all that knows Xodus.
 */
class Txn {
    /** Bytes of a value; a length beyond it comes from a rotten disk. */
    private static final int VALUE_BYTES_MAX = RecordCodec.RECORD_BYTES_MAX + AeadSealer.OVERHEAD_BYTES;

    private final Transaction transaction;
    private final Map<String, Store> stores;
    private final List<Damaged> damaged = new ArrayList<>();

    Txn(Transaction transaction, Map<String, Store> stores) {
        this.transaction = transaction;
        this.stores = stores;
    }

    /** A record whose seal does not hold, with the bytes that were found. */
    record Damaged(String table, byte[] key, byte[] found) {
    }

    /** Sees entries in order until it answers false. It must not change the table that it is scanning. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value) throws StoreException;
    }

    final Optional<byte[]> get(String table, byte[] key) {
        return Optional.ofNullable(stores.get(table).get(transaction, new ArrayByteIterable(key))).map(Txn::bytes);
    }

    final boolean contains(String table, byte[] key) {
        return stores.get(table).get(transaction, new ArrayByteIterable(key)) != null;
    }

    final long count(String table) {
        return stores.get(table).count(transaction);
    }

    /** From the first key that is {@code from} or greater, upward. */
    final void ascend(String table, byte[] from, Visitor visitor) throws StoreException {
        try (Cursor cursor = stores.get(table).openCursor(transaction)) {
            boolean there = cursor.getSearchKeyRange(new ArrayByteIterable(from)) != null;
            while (there && visitor.visit(bytes(cursor.getKey()), bytes(cursor.getValue()))) {
                there = cursor.getNext();
            }
        }
    }

    /** From the last key that is less than {@code below}, downward; empty starts at the last key of all. */
    final void descend(String table, Optional<byte[]> below, Visitor visitor) throws StoreException {
        try (Cursor cursor = stores.get(table).openCursor(transaction)) {
            boolean found = below.isPresent() && cursor.getSearchKeyRange(new ArrayByteIterable(below.get())) != null;
            boolean there = found ? cursor.getPrev() : cursor.getLast();
            while (there && visitor.visit(bytes(cursor.getKey()), bytes(cursor.getValue()))) {
                there = cursor.getPrev();
            }
        }
    }

    /** Upward over the keys that begin with {@code prefix}. */
    final void withPrefix(String table, byte[] prefix, Visitor visitor) throws StoreException {
        ascend(table, prefix, (key, value) -> Keys.startsWith(key, prefix) && visitor.visit(key, value));
    }

    final boolean anyWithPrefix(String table, byte[] prefix) {
        try (Cursor cursor = stores.get(table).openCursor(transaction)) {
            return cursor.getSearchKeyRange(new ArrayByteIterable(prefix)) != null
                    && Keys.startsWith(bytes(cursor.getKey()), prefix);
        }
    }

    /** Remembers a record that is to be set aside. */
    final void setAside(Damaged record) {
        damaged.add(record);
    }

    final List<Damaged> damaged() {
        return Collections.unmodifiableList(damaged);
    }

    final void write(String table, byte[] key, byte[] value) {
        stores.get(table).put(transaction, new ArrayByteIterable(key), new ArrayByteIterable(value));
    }

    final boolean delete(String table, byte[] key) {
        return stores.get(table).delete(transaction, new ArrayByteIterable(key));
    }

    private static byte[] bytes(ByteIterable iterable) {
        int length = iterable.getLength();
        if (length > VALUE_BYTES_MAX) {
            throw new ExodusException("a value of " + length + " bytes was found where none is so long");
        }
        byte[] bytes = iterable.getBytesUnsafe();
        return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
    }
}
