package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The nodes of a table by id and by address, at some bytes a node: an array in the order of ids, and a hash table of
 * addresses with linear probing, at most half full. At most one node an id, one an address.
 */
final class NodeIndex {
    private static final int FIRST_CAPACITY = 8;

    private TableNode[] byId = new TableNode[FIRST_CAPACITY];
    private TableNode[] byAddress = new TableNode[2 * FIRST_CAPACITY];
    private int size;

    int size() {
        return size;
    }

    /** All, in the order of their ids; as it is now, and only until the next change. */
    List<TableNode> nodes() {
        return Collections.unmodifiableList(Arrays.asList(byId).subList(0, size));
    }

    /** Null if there is none. */
    TableNode find(Key id) {
        int index = indexOf(id);
        return index < 0 ? null : byId[index];
    }

    /** Null if there is none. */
    TableNode find(InetSocketAddress address) {
        return byAddress[slot(address)];
    }

    void add(TableNode node) {
        int index = indexOf(node.contact().id());
        if (index >= 0 || find(node.contact().address()) != null) {
            throw new IllegalStateException(node.contact() + " has a place already");
        }
        if (size == byId.length) {
            grow();
        }
        int at = ~index;
        System.arraycopy(byId, at, byId, at + 1, size - at);
        byId[at] = node;
        size++;
        byAddress[slot(node.contact().address())] = node;
    }

    void remove(TableNode node) {
        int index = indexOf(node.contact().id());
        if (index < 0 || byId[index] != node) {
            return;
        }
        size--;
        System.arraycopy(byId, index + 1, byId, index, size - index);
        byId[size] = null;
        removeAddress(slot(node.contact().address()));
    }

    private int indexOf(Key id) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = byId[middle].contact().id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return ~low;
    }

    private void grow() {
        byId = Arrays.copyOf(byId, 2 * size);
        byAddress = new TableNode[4 * size];
        for (int i = 0; i < size; i++) {
            byAddress[slot(byId[i].contact().address())] = byId[i];
        }
    }

    /** Where the address is, or would be. */
    private int slot(InetSocketAddress address) {
        int slot = home(address);
        while (byAddress[slot] != null && !byAddress[slot].contact().address().equals(address)) {
            slot = next(slot);
        }
        return slot;
    }

    /** Moves up those behind it that would not be found any more (Knuth, volume 3, 6.4 R). */
    private void removeAddress(int slot) {
        int free = slot;
        int at = next(slot);
        while (byAddress[at] != null) {
            int home = home(byAddress[at].contact().address());
            boolean stays = free <= at ? free < home && home <= at : free < home || home <= at;
            if (!stays) {
                byAddress[free] = byAddress[at];
                free = at;
            }
            at = next(at);
        }
        byAddress[free] = null;
    }

    private int home(InetSocketAddress address) {
        int hash = address.hashCode() * 0x9e3779b9; // addresses of one network differ in few bits
        return (hash >>> 7) & (byAddress.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (byAddress.length - 1);
    }
}
