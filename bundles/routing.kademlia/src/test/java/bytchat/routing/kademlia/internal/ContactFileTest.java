package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactFileTest {
    @TempDir
    private Path directory;

    private ContactFile file() {
        return new ContactFile(directory.resolve("routing/default.contacts"), 20);
    }

    private static Contact contact(int number, String ip) {
        byte[] id = new byte[20];
        id[19] = (byte) number;
        return new Contact(Key.of(id), new InetSocketAddress(ip, 4000 + number));
    }

    @Test
    void whatIsSavedIsLoadedByTheNextRun() throws IOException {
        List<Contact> contacts = List.of(contact(1, "192.0.2.1"), contact(2, "192.0.2.2"), contact(3, "2001:db8::3"));
        file().save(contacts);
        assertThat(file().load()).isEqualTo(contacts);
        file().save(contacts.subList(1, 2));
        assertThat(file().load()).isEqualTo(contacts.subList(1, 2));
    }

    @Test
    void aFirstRunHasNothing() throws IOException {
        assertThat(file().load()).isEmpty();
    }

    @Test
    void aDamagedFileSaysSoAndIsReplacedByTheNextSave() throws IOException {
        Path path = directory.resolve("routing/default.contacts");
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rubbish");
        assertThatThrownBy(() -> file().load()).isInstanceOf(IOException.class).hasMessageContaining("is damaged");
        file().save(List.of(contact(1, "192.0.2.1")));
        assertThat(file().load()).hasSize(1);
    }

    @Test
    void theContactsOfAnotherWidthAreNoContacts() throws IOException {
        file().save(List.of(contact(1, "192.0.2.1")));
        assertThatThrownBy(() -> new ContactFile(directory.resolve("routing/default.contacts"), 64).load())
                .hasMessageContaining("is damaged");
    }

    @Test
    void contactsSavedAreBounded() throws IOException {
        file().save(IntStream.range(0, 1_000).mapToObj(i -> contact(i, "192.0.2.1")).toList());
        assertThat(file().load()).hasSize(KnownContacts.MAX);
    }
}
