package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * The good contacts of one table at a moment, for reading: immutable, so of use on any thread.
 *
 * <p>In the order of their ids neighbours share the longest prefixes, so the tree of all prefixes (a crit-bit tree, Morrison
 * 1968) has one inner node between each two neighbours. Walked from the root, the side of the target's bit first, it
 * gives contacts by XOR distance: the nearest k of n cost O(log n + k), without sorting and without garbage.
 */
final class TableSnapshot {
    static final TableSnapshot EMPTY = new TableSnapshot(new Contact[0]);

    private final Contact[] contacts;
    /** Inner node i lies between contacts i and i + 1, and is told apart by bit {@code bits[i]}. */
    private final short[] bits;
    /** Inner nodes, or contacts as their complement. */
    private final short[] zeros;
    private final short[] ones;
    private final int root;

    /** @param contacts in the order of their ids, no id twice; not copied */
    TableSnapshot(Contact[] contacts) {
        this.contacts = contacts;
        int inner = Math.max(0, contacts.length - 1);
        this.bits = new short[inner];
        this.zeros = new short[inner];
        this.ones = new short[inner];
        this.root = link();
    }

    /** Links the inner nodes by the rule that a parent's bit is above its children's; each is looked at twice at most. */
    private int link() {
        int[] path = new int[bits.length];
        int depth = 0;
        for (int i = 0; i < bits.length; i++) {
            bits[i] = (short) contacts[i].id().commonPrefixBits(contacts[i + 1].id());
            int below = ~i;
            while (depth > 0 && bits[path[depth - 1]] > bits[i]) {
                below = path[--depth];
            }
            zeros[i] = (short) below;
            ones[i] = (short) ~(i + 1);
            if (depth > 0) {
                ones[path[depth - 1]] = (short) i;
            }
            path[depth++] = i;
        }
        return depth > 0 ? path[0] : ~0;
    }

    int size() {
        return contacts.length;
    }

    /** By the order of ids, 0 to {@link #size()} - 1. */
    Contact contact(int index) {
        return contacts[index];
    }

    /** All, in the order of their ids. */
    List<Contact> all() {
        return Collections.unmodifiableList(Arrays.asList(contacts));
    }

    /**
     * The nearest contacts, nearest first; makes no garbage.
     *
     * @param target a key of this key space's width
     * @param except an id to leave out, or null
     * @param into   takes the contacts' indices; its length is how many are wanted
     * @return how many there are
     */
    int closest(byte[] target, byte[] except, int[] into) {
        return contacts.length == 0 ? 0 : walk(root, target, except, into, 0);
    }

    private int walk(int node, byte[] target, byte[] except, int[] into, int found) {
        if (found == into.length) {
            return found;
        }
        if (node < 0) {
            int index = ~node;
            if (except != null && Arrays.equals(except, contacts[index].id().unsafeArray())) {
                return found;
            }
            into[found] = index;
            return found + 1;
        }
        boolean one = bit(target, bits[node]);
        int nearer = walk(one ? ones[node] : zeros[node], target, except, into, found);
        return walk(one ? zeros[node] : ones[node], target, except, into, nearer);
    }

    private static boolean bit(byte[] key, int index) {
        return (key[index >> 3] & (0x80 >> (index & 7))) != 0;
    }

    /** The nearest contacts, nearest first. */
    List<Contact> closest(Key target, int count) {
        int[] nearest = new int[Math.min(count, contacts.length)];
        int found = closest(target.unsafeArray(), null, nearest);
        List<Contact> result = new ArrayList<>(found);
        for (int i = 0; i < found; i++) {
            result.add(contacts[nearest[i]]);
        }
        return result;
    }

    /** The nearest contacts that pass the filter, nearest first. */
    List<Contact> closest(Key target, int count, Predicate<Contact> filter) {
        List<Contact> result = new ArrayList<>(Math.min(count, contacts.length));
        if (contacts.length > 0) {
            walk(root, target.unsafeArray(), count, filter, result);
        }
        return result;
    }

    private void walk(int node, byte[] target, int count, Predicate<Contact> filter, List<Contact> result) {
        if (result.size() >= count) {
            return;
        }
        if (node < 0) {
            Contact contact = contacts[~node];
            if (filter.test(contact)) {
                result.add(contact);
            }
            return;
        }
        boolean one = bit(target, bits[node]);
        walk(one ? ones[node] : zeros[node], target, count, filter, result);
        walk(one ? zeros[node] : ones[node], target, count, filter, result);
    }
}
