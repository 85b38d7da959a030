package bytchat.store.xodus.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.Transaction;

/**
 * A {@link Txn} that changes tables, and with them the figures that a store keeps in memory. Both take effect together,
 * or neither does.
 *
 * @param <S> the store's figures, immutable
 */
final class Change<S> extends Txn {
    /** Damaged records kept for a look at them; those beyond are dropped. */
    static final int QUARANTINED_MAX = 1_000;
    static final String QUARANTINE = "quarantine";

    private S state;

    Change(Transaction transaction, Map<String, Store> stores, S state) {
        super(transaction, stores);
        this.state = state;
    }

    S state() {
        return state;
    }

    void update(UnaryOperator<S> change) {
        state = change.apply(state);
    }

    void put(String table, byte[] key, byte[] value) {
        write(table, key, value);
    }

    boolean remove(String table, byte[] key) {
        return delete(table, key);
    }

    /**
     * Moves damaged records out of their tables, unless they have been replaced meanwhile. At the end, since whoever
     * came upon one may have been scanning its table.
     *
     * @return those that were moved
     */
    List<Damaged> settle() {
        List<Damaged> moved = new ArrayList<>();
        for (Damaged record : damaged()) {
            if (get(record.table(), record.key()).filter(found -> Arrays.equals(found, record.found())).isPresent()) {
                delete(record.table(), record.key());
                if (count(QUARANTINE) < QUARANTINED_MAX) {
                    write(QUARANTINE, Keys.join(Keys.text(record.table()), record.key()), record.found());
                }
                moved.add(record);
            }
        }
        return moved;
    }
}
