package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import java.io.IOException;
import java.util.List;

/**
 * What a node remembers of its network over a restart, so that it needs nobody's help to come back, and a bootstrap
 * node that restarts does not begin a network of its own. Called on the worker pool.
 */
public interface KnownContacts {
    /** The most contacts that are kept. */
    int MAX = 256;

    /** Remembers nothing. */
    KnownContacts NONE = new KnownContacts() {
        @Override
        public List<Contact> load() {
            return List.of();
        }

        @Override
        public void save(List<Contact> contacts) {
            // Forgotten on purpose.
        }
    };

    /** What was saved last; empty if nothing was. */
    List<Contact> load() throws IOException;

    /** Replaces what was saved. */
    void save(List<Contact> contacts) throws IOException;
}
