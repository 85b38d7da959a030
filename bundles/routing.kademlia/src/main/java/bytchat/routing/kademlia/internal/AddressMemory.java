package bytchat.routing.kademlia.internal;

import java.net.InetSocketAddress;

/**
 * A number for each of the addresses seen last: 8 bytes an address, allocated when first needed, because a simulation has
 * a hundred thousand of these. An address is kept as 32 bits of a salted hash, so that nobody outside can choose addresses
 * that are taken for one another. When a set of four is full, the one that has been there longest goes.
 */
final class AddressMemory {
    private static final int WAYS = 4;

    private final int sets;
    private final long salt;
    private long[] slots;

    /** @param max addresses; rounded up to a power of two */
    AddressMemory(int max, long salt) {
        this.sets = Math.max(1, Integer.highestOneBit(Math.max(1, max - 1)) * 2 / WAYS);
        this.salt = salt;
    }

    /** The number, or {@code missing}. */
    int get(InetSocketAddress address, int missing) {
        if (slots == null) {
            return missing;
        }
        long hash = hash(address);
        int at = find(hash);
        return at < 0 ? missing : (int) slots[at];
    }

    void put(InetSocketAddress address, int value) {
        if (slots == null) {
            slots = new long[sets * WAYS];
        }
        long hash = hash(address);
        int at = find(hash);
        int first = first(hash);
        // Newest first; what falls off the end, or the old entry, makes room.
        int room = at < 0 ? first + WAYS - 1 : at;
        System.arraycopy(slots, first, slots, first + 1, room - first);
        slots[first] = tag(hash) << 32 | value & 0xffffffffL;
    }

    void remove(InetSocketAddress address) {
        if (slots != null) {
            int at = find(hash(address));
            if (at >= 0) {
                slots[at] = 0;
            }
        }
    }

    void clear() {
        slots = null;
    }

    private int find(long hash) {
        int first = first(hash);
        for (int i = first; i < first + WAYS; i++) {
            if (slots[i] >>> 32 == tag(hash)) {
                return i;
            }
        }
        return -1;
    }

    private int first(long hash) {
        return (int) (hash & sets - 1) * WAYS;
    }

    /** Never 0, which marks an empty slot. */
    private static long tag(long hash) {
        return hash >>> 32 | 1;
    }

    private long hash(InetSocketAddress address) {
        long hash = salt + address.getPort();
        for (byte b : address.getAddress().getAddress()) {
            hash = mix(hash * 31 + b);
        }
        return hash;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
