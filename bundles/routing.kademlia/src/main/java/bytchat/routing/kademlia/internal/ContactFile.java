package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.records.AtomicFile;
import bytchat.wire.Bencode;
import bytchat.wire.CompactNodes;
import java.io.IOException;
import java.net.Inet6Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Contacts in a file: canonical bencode of {@code nodes} and {@code nodes6} as in an answer. It is a convenience and no
 * record: a file that cannot be read is as good as none, and is replaced by the next save.
 */
public final class ContactFile implements KnownContacts {
    private static final int BYTES_MAX = 64 * 1024;

    private final Path file;
    private final int idBytes;

    public ContactFile(Path file, int idBytes) {
        this.file = file;
        this.idBytes = idBytes;
    }

    @Override
    public List<Contact> load() throws IOException {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IOException(file + " is longer than " + BYTES_MAX + " bytes");
            }
            BDict saved = Bencode.decodeDict(Files.readAllBytes(file), BYTES_MAX);
            List<Contact> contacts = new ArrayList<>();
            contacts.addAll(CompactNodes.decode(saved.requireBytes("nodes"), idBytes, false));
            contacts.addAll(CompactNodes.decode(saved.requireBytes("nodes6"), idBytes, true));
            return contacts.subList(0, Math.min(MAX, contacts.size()));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (BencodeException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public void save(List<Contact> contacts) throws IOException {
        BDict.Builder saved = BDict.builder();
        for (boolean ipv6 : new boolean[] {false, true}) {
            List<Contact> family = contacts.stream()
                    .filter(contact -> contact.address().getAddress() instanceof Inet6Address == ipv6)
                    .limit(MAX)
                    .toList();
            saved.put(ipv6 ? "nodes6" : "nodes", CompactNodes.encode(family, ipv6));
        }
        AtomicFile.write(file, Bencode.encode(saved.build()));
    }
}
