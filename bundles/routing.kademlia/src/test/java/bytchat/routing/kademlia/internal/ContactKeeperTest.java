package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContactKeeperTest {
    private final SimulatedWorld world = new SimulatedWorld(1);
    private final SimulatedHost host = world.host("10.0.0.1", 4000);
    private final RoutingTables tables = new RoutingTables(
            Key.of(new byte[20]), TableSettings.DEFAULTS, AddressGroup::of, 0);
    private final Disk disk = new Disk();
    private final ContactKeeper keeper = new ContactKeeper(host.environment(), disk, tables);

    private static final class Disk implements KnownContacts {
        private final List<List<Contact>> saved = new ArrayList<>();
        private boolean broken;

        @Override
        public List<Contact> load() throws IOException {
            if (broken) {
                throw new IOException("the contacts are damaged");
            }
            return saved.isEmpty() ? List.of() : saved.get(saved.size() - 1);
        }

        @Override
        public void save(List<Contact> contacts) throws IOException {
            if (broken) {
                throw new IOException("the disk is full");
            }
            saved.add(contacts);
        }
    }

    private static Contact contact(int number) {
        byte[] id = new byte[20];
        id[0] = (byte) number;
        return new Contact(Key.of(id), new InetSocketAddress("198.51." + number + ".1", 1));
    }

    @Test
    void contactsAreSavedWhenTheyHaveChangedAndNotElse() {
        keeper.start(List.of());
        world.run(Duration.ofMinutes(5));
        assertThat(disk.saved).as("nobody known is not worth remembering").isEmpty();
        tables.heard(contact(1), 0);
        tables.heard(contact(2), 0);
        world.run(Duration.ofMinutes(5));
        assertThat(disk.saved).hasSize(1).first().asList().containsExactlyInAnyOrder(contact(1), contact(2));
        tables.heard(contact(1), 9);
        world.run(Duration.ofMinutes(5));
        assertThat(disk.saved).hasSize(1);
        tables.heard(contact(3), 9);
        world.run(Duration.ofMinutes(5));
        assertThat(disk.saved).hasSize(2);
    }

    @Test
    void whatHasChangedIsSavedWhenTheNodeStops() {
        keeper.start(List.of());
        tables.heard(contact(1), 0);
        keeper.stop();
        world.run(Duration.ofMinutes(5));
        assertThat(disk.saved).containsExactly(List.of(contact(1)));
    }

    @Test
    void whoIsNotKnownYetAfterARestartIsStillRememberedWhenTheFirstOneIs() {
        keeper.start(List.of(contact(7), contact(8)));
        tables.heard(contact(8), 0);
        world.run(Duration.ofMinutes(1));
        assertThat(disk.saved).containsExactly(List.of(contact(8), contact(7)));
    }

    @Test
    void aBrokenDiskCostsNothingButTheMemory() {
        disk.broken = true;
        assertThat(world.await(host.call(keeper::load), Duration.ofSeconds(1))).isEmpty();
        keeper.start(List.of());
        tables.heard(contact(1), 0);
        world.run(Duration.ofMinutes(1));
        disk.broken = false;
        tables.heard(contact(2), 0);
        world.run(Duration.ofMinutes(1));
        assertThat(disk.saved).hasSize(1);
    }
}
