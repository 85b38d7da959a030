package bytchat.store.xodus.internal;

import bytchat.api.store.StoreException;
import bytchat.records.RecordCodec;
import bytchat.records.SealException;
import java.util.Optional;

/**
 * A table of sealed records. One whose seal does not hold is set aside and never given out.
 *
 * @param <T> what all records have in common
 */
record Table<T>(String name, RecordCodec<T> codec) {
    /** The record; empty if there is none, or if it was damaged. */
    Optional<T> find(Txn txn, byte[] key) {
        return txn.get(name, key).flatMap(sealed -> open(txn, key, sealed));
    }

    /** The record; empty if there is none. Fails with DAMAGED if there is one whose seal does not hold. */
    Optional<T> get(Txn txn, byte[] key) throws StoreException {
        Optional<byte[]> sealed = txn.get(name, key);
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> record = open(txn, key, sealed.get());
        if (record.isEmpty()) {
            throw new StoreException(StoreException.Reason.DAMAGED,
                    "a record of '" + name + "' was changed on disk and has been set aside: check the disk", null);
        }
        return record;
    }

    /** What a scan has found. */
    Optional<T> open(Txn txn, byte[] key, byte[] sealed) {
        try {
            return Optional.of(codec.decode(key, sealed));
        } catch (SealException e) {
            txn.setAside(new Txn.Damaged(name, key, sealed));
            return Optional.empty();
        }
    }

    void put(Change<?> change, byte[] key, T record) {
        change.put(name, key, codec.encode(key, record));
    }

    boolean contains(Txn txn, byte[] key) {
        return txn.contains(name, key);
    }

    boolean remove(Change<?> change, byte[] key) {
        return change.remove(name, key);
    }
}
