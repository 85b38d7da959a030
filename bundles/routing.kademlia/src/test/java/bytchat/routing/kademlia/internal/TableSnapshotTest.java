package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class TableSnapshotTest {
    /** Ids of few different bytes, so that prefixes of all lengths are shared; of both widths. */
    @Provide
    Arbitrary<List<Key>> keys() {
        return Arbitraries.of(20, 64).flatMap(bytes -> Arbitraries.bytes().list().ofSize(bytes)
                .map(list -> key(list, bytes)).list().ofMaxSize(120));
    }

    private static Key key(List<Byte> list, int bytes) {
        byte[] id = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            id[i] = (byte) (i % 3 == 0 ? list.get(i) & 0x81 : 0);
        }
        return Key.of(id);
    }

    private static TableSnapshot snapshot(Iterable<Key> keys) {
        List<Contact> contacts = new ArrayList<>();
        int port = 0;
        for (Key key : keys) {
            contacts.add(new Contact(key, new InetSocketAddress("192.0.2.1", ++port)));
        }
        return new TableSnapshot(contacts.toArray(Contact[]::new));
    }

    @Property(tries = 300)
    void theWalkGivesWhatSortingGives(
            @ForAll("keys") List<Key> drawn, @ForAll @IntRange(min = 0, max = 130) int count, @ForAll byte salt) {
        TreeSet<Key> keys = new TreeSet<>(drawn);
        TableSnapshot snapshot = snapshot(keys);
        Key target = Key.of(randomised(drawn.isEmpty() ? new byte[20] : drawn.get(0).toArray(), salt));
        List<Contact> sorted = new ArrayList<>(snapshot.all());
        sorted.sort(Comparator.comparing(Contact::id, target::compareDistance));

        assertThat(snapshot.closest(target, count)).isEqualTo(sorted.subList(0, Math.min(count, sorted.size())));
        assertThat(snapshot.closest(target, count, contact -> contact.address().getPort() % 2 == 0))
                .isEqualTo(sorted.stream().filter(c -> c.address().getPort() % 2 == 0).limit(count).toList());

        byte[] except = sorted.isEmpty() ? null : sorted.get(0).id().toArray();
        int[] into = new int[count];
        int found = snapshot.closest(target.unsafeArray(), except, into);
        assertThat(Arrays.stream(into, 0, found).mapToObj(snapshot::contact))
                .isEqualTo(sorted.stream().skip(1).limit(count).toList());
    }

    private static byte[] randomised(byte[] id, byte salt) {
        id[0] ^= salt;
        id[id.length - 1] ^= salt;
        return id;
    }
}
