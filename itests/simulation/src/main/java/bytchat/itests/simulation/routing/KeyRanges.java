package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Key;
import java.util.List;
import java.util.function.Function;

/** Parts of a list that is in the order of keys. */
final class KeyRanges {
    private KeyRanges() {
    }

    /** Of those from {@code from} to before {@code to}, whose keys agree in all bits before this one, the first whose bit is set. */
    static <T> int firstWithBit(List<T> sorted, Function<T, Key> key, int from, int to, int bit) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.apply(sorted.get(middle)).bit(bit)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
