package bytchat.meta.internal;

import bytchat.api.meta.MetaRecord;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Which of two records of a user is newer: by timestamp, on a tie by SHA-512 of the canonical bytes, so that all agree.
 */
final class MetaOrder implements Comparator<MetaRecord> {
    static final MetaOrder NEWEST_LAST = new MetaOrder();

    private MetaOrder() {
    }

    @Override
    public int compare(MetaRecord a, MetaRecord b) {
        int order = Long.compare(a.timestampMillis(), b.timestampMillis());
        if (order != 0 || a.dict().equals(b.dict())) {
            return order;
        }
        return Arrays.compareUnsigned(digest(a), digest(b));
    }

    private static byte[] digest(MetaRecord record) {
        return Digests.sha512(Bencode.encode(record.dict()));
    }
}
