package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contacts whose link failed lately: for a while they are neither asked nor given out. Bounded, oldest first. */
final class Rejections {
    private final long timeNanos;
    private final Map<Contact, Long> atNanos;

    Rejections(long timeNanos, int max) {
        this.timeNanos = timeNanos;
        this.atNanos = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Contact, Long> eldest) {
                return size() > max;
            }
        };
    }

    void add(Contact contact, long nowNanos) {
        atNanos.remove(contact);
        atNanos.put(contact, nowNanos);
    }

    /** Ends the rejection of whoever has this id, and says who that was. */
    List<Contact> lift(Key id) {
        List<Contact> lifted = atNanos.keySet().stream().filter(contact -> contact.id().equals(id)).toList();
        lifted.forEach(atNanos::remove);
        return lifted;
    }

    boolean contains(Contact contact, long nowNanos) {
        Long at = atNanos.get(contact);
        if (at != null && nowNanos - at >= timeNanos) {
            atNanos.remove(contact);
            return false;
        }
        return at != null;
    }

    int size() {
        return atNanos.size();
    }
}
