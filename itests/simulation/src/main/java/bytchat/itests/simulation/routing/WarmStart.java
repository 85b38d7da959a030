package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The tables that nodes would have in a network which has run for long: for each prefix of its own id, up to k random nodes of those that
 * share exactly that; all of them where there are fewer. Living and dead in the shares that the network has, for the one who fills a table
 * cannot tell them apart.
 */
final class WarmStart {
    private final List<Contact> all;
    private final int bucketSize;
    private final Random chance;

    /** @param all who may be in a table, living or dead */
    WarmStart(List<Contact> all, int bucketSize, Random chance) {
        this.all = new ArrayList<>(all);
        this.all.sort((a, b) -> a.id().compareTo(b.id()));
        this.bucketSize = bucketSize;
        this.chance = chance;
    }

    /** The contacts of a node with this id, farthest first. */
    List<Contact> tableOf(Key id) {
        List<Contact> table = new ArrayList<>();
        int low = 0;
        int high = all.size();
        for (int bit = 0; bit < id.bits() && high - low > 1; bit++) {
            int middle = KeyRanges.firstWithBit(all, Contact::id, low, high, bit);
            if (id.bit(bit)) {
                choose(low, middle, table);
                low = middle;
            } else {
                choose(middle, high, table);
                high = middle;
            }
        }
        if (high > low && !all.get(low).id().equals(id)) {
            table.add(all.get(low));
        }
        return table;
    }

    /** Up to k of a range, each as likely (Floyd 1987). */
    private void choose(int low, int high, List<Contact> into) {
        int count = high - low;
        if (count <= bucketSize) {
            into.addAll(all.subList(low, high));
            return;
        }
        Set<Integer> chosen = new HashSet<>();
        for (int i = count - bucketSize; i < count; i++) {
            int candidate = chance.nextInt(i + 1);
            int place = chosen.add(candidate) ? candidate : i;
            chosen.add(place);
            into.add(all.get(low + place));
        }
    }
}
