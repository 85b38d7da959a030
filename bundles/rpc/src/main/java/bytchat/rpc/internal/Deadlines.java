package bytchat.rpc.internal;

import bytchat.api.keyspace.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Until when something holds, for very many addresses in little memory: 16 bytes for each, in a table that grows with
 * use up to its bound. What has passed is as good as not there, so forgetting it loses nothing; only when all places for
 * an address hold something does the nearest deadline give way.
 *
 * <p>Threat: addresses chosen to fall on the same places, so that they push each other or a victim out, or make the
 * table slow. Answer: places are chosen by a hash with a secret seed, and an address has {@value #WAYS} of them.
 */
final class Deadlines {
    private static final int WAYS = 4;
    private static final VarHandle NUMBER = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long EMPTY = 0;

    private final long seed;
    private final int ways;
    private final int setsMax;
    /** Pairs of an address's hash and its deadline; a set of {@code ways} pairs for each value of the hash's low bits. */
    private long[] slots;

    /** @param max addresses, rounded down to a power of two times {@value #WAYS} */
    Deadlines(int max, SecureRandom random) {
        seed = random.nextLong();
        ways = Math.min(WAYS, max);
        setsMax = Integer.highestOneBit(max / ways);
        slots = new long[2 * ways];
    }

    /** An address without its port; of IPv6 the /64, since one customer has that many for nothing. */
    long source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return hash(bytes.length == 4 ? ipv4(bytes) : number(bytes, 0), bytes.length);
    }

    /** An address with its port. */
    long endpoint(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        return bytes.length == 4
                ? hash(ipv4(bytes), address.getPort())
                : hash(hash(number(bytes, 0), address.getPort()), number(bytes, 8));
    }

    /** An address with its port, under this id. */
    long endpoint(InetSocketAddress address, Key id) {
        byte[] bytes = id.unsafeArray();
        return hash(endpoint(address), bytes.length < 8 ? id.hashCode() : number(bytes, 0));
    }

    private static int ipv4(byte[] bytes) {
        return bytes[0] << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    private static long number(byte[] bytes, int from) {
        return (long) NUMBER.get(bytes, from);
    }

    /** Never {@link #EMPTY}; mixes as SplitMix64 does (Steele, Lea and Flood 2014). */
    private long hash(long a, long b) {
        long z = a * 0x9e3779b97f4a7c15L + b ^ seed;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        z ^= z >>> 31;
        return z == EMPTY ? 1 : z;
    }

    /** Nanoseconds from now to the deadline; 0 if there is none or it has passed. */
    long left(long key, long nowNanos) {
        int slot = find(key);
        return slot < 0 ? 0 : Math.max(0, slots[slot + 1] - nowNanos);
    }

    /** Sets the deadline, so many nanoseconds from now. */
    void set(long key, long leftNanos, long nowNanos) {
        int slot = find(key);
        if (slot < 0) {
            slot = place(key, nowNanos);
            slots[slot] = key;
        }
        slots[slot + 1] = nowNanos + leftNanos;
    }

    private int find(long key) {
        int first = first(key);
        for (int slot = first; slot < first + 2 * ways; slot += 2) {
            if (slots[slot] == key) {
                return slot;
            }
        }
        return -1;
    }

    private int first(long key) {
        int sets = slots.length / (2 * ways);
        return ((int) key & sets - 1) * 2 * ways;
    }

    /** A place that is free, or whose deadline is the nearest. */
    private int place(long key, long nowNanos) {
        int first = first(key);
        int best = first;
        long least = Long.MAX_VALUE;
        for (int slot = first; slot < first + 2 * ways; slot += 2) {
            if (slots[slot] == EMPTY) {
                return slot;
            }
            long left = slots[slot + 1] - nowNanos;
            if (left < least) {
                least = left;
                best = slot;
            }
        }
        if (least > 0 && slots.length < setsMax * 2 * ways) {
            grow(nowNanos);
            return place(key, nowNanos);
        }
        return best;
    }

    private void grow(long nowNanos) {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != EMPTY && old[i + 1] - nowNanos > 0) {
                set(old[i], old[i + 1] - nowNanos, nowNanos);
            }
        }
    }

    /** How many have not passed. */
    int live(long nowNanos) {
        int live = 0;
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i] != EMPTY && slots[i + 1] - nowNanos > 0) {
                live++;
            }
        }
        return live;
    }
}
