package bytchat.store.xodus.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.StoreContents;
import bytchat.api.store.StoreException;
import java.util.Arrays;
import java.util.Optional;

/** What stores share of {@link StoreContents}; places are the tables' keys. */
final class Contents {
    private Contents() {
    }

    static void check(int items) {
        if (items < 1 || items > StoreContents.ITEMS_MAX) {
            throw new IllegalArgumentException("1 to " + StoreContents.ITEMS_MAX + " items, not " + items);
        }
    }

    /** Upward over the keys that begin with {@code prefix}, from strictly behind {@code after}. */
    static void ascend(Txn txn, String table, BBytes prefix, Optional<BBytes> after, Txn.Visitor visitor) throws StoreException {
        byte[] under = prefix.unsafeArray();
        byte[] from = after.map(place -> Keys.next(place.unsafeArray()))
                .filter(place -> Arrays.compareUnsigned(place, under) > 0).orElse(under);
        txn.ascend(table, from, (key, value) -> Keys.startsWith(key, under) && visitor.visit(key, value));
    }

    /** The account that a chat record's place begins with; empty if it has rotten. */
    static Optional<BBytes> account(byte[] place) {
        int length = place.length == 0 ? 0 : place[0] & 0xff;
        return place.length > 1 + length ? Optional.of(BBytes.wrap(Arrays.copyOfRange(place, 1, 1 + length))) : Optional.empty();
    }
}
