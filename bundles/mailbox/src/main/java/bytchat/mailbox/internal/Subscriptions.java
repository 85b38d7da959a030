package bytchat.mailbox.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Completions;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who hangs here for their mail, by user and by link. A device hangs on the link it subscribed on last. It is the
 * device that keeps the link open: a holder that did so, too, would never be rid of one that has moved on to other
 * holders. Used on the event loop; {@link #size()} from any thread.
 */
final class Subscriptions {
    /** Devices that may hang on one link: a node's accounts, with room to spare. */
    static final int DEVICES_PER_LINK_MAX = 32;

    private final int subscribersMax;
    private final Map<Key, User> users = new HashMap<>();
    private final Map<Peer, Set<Subscriber>> links = new HashMap<>();
    private final Map<Peer, Registration> watches = new HashMap<>();
    private volatile int size;

    Subscriptions(int subscribersMax) {
        this.subscribersMax = subscribersMax;
    }

    boolean hasRoom(Peer peer, Key uid, BBytes device) {
        return find(uid, device).isPresent()
                || size < subscribersMax && links.getOrDefault(peer, Set.of()).size() < DEVICES_PER_LINK_MAX;
    }

    /**
     * @param subscriber its link must be open
     * @param devices    the user's newest list
     */
    void add(Subscriber subscriber, DeviceList devices) {
        watch(subscriber);
        User user = users.computeIfAbsent(subscriber.uid(), uid -> new User());
        user.devices = devices;
        Subscriber earlier = user.subscribers.put(subscriber.device(), subscriber);
        if (earlier == null) {
            size++;
        } else {
            earlier.end();
            links.get(earlier.peer()).remove(earlier);
        }
    }

    private void watch(Subscriber subscriber) {
        Set<Subscriber> onLink = links.get(subscriber.peer());
        if (onLink == null) {
            Set<Subscriber> first = new HashSet<>(Set.of(subscriber));
            links.put(subscriber.peer(), first);
            watches.put(subscriber.peer(), Completions.whenDone(subscriber.peer().closed(), () -> {
                new ArrayList<>(first).forEach(this::remove);
                links.remove(subscriber.peer());
                watches.remove(subscriber.peer());
            }));
        } else {
            onLink.add(subscriber);
        }
    }

    /** A newer list of devices is known: those it does not allow hang no longer. */
    void allowOnly(Key uid, DeviceList devices) {
        User user = users.get(uid);
        if (user != null) {
            user.devices = devices;
            for (Subscriber subscriber : List.copyOf(user.subscribers.values())) {
                if (!devices.allows(subscriber.device().unsafeArray())) {
                    remove(subscriber);
                }
            }
        }
    }

    private void remove(Subscriber subscriber) {
        User user = users.get(subscriber.uid());
        if (user != null && user.subscribers.remove(subscriber.device(), subscriber)) {
            size--;
            subscriber.end();
            links.get(subscriber.peer()).remove(subscriber);
            if (user.subscribers.isEmpty()) {
                users.remove(subscriber.uid());
            }
        }
    }

    Optional<Subscriber> find(Key uid, BBytes device) {
        return Optional.ofNullable(users.get(uid)).map(user -> user.subscribers.get(device));
    }

    /** Who must have acknowledged before an envelope is buried. */
    Set<BBytes> required(Key uid) {
        User user = users.get(uid);
        if (user == null) {
            return Set.of();
        }
        Set<BBytes> required = new HashSet<>(user.devices.devices());
        required.removeAll(user.devices.revoked());
        return required;
    }

    /** Something is there for the user. */
    void arrived(Key uid) {
        User user = users.get(uid);
        if (user != null) {
            // A copy, as below: a push may find that the link overflows and closes, which ends its subscriptions.
            List.copyOf(user.subscribers.values()).forEach(Subscriber::pump);
        }
    }

    void forEach(Consumer<Subscriber> action) {
        all().forEach(action);
    }

    int size() {
        return size;
    }

    /** Nobody hangs here any more. */
    void close() {
        all().forEach(this::remove);
        watches.values().forEach(Registration::close);
        watches.clear();
    }

    private List<Subscriber> all() {
        return users.values().stream().flatMap(user -> user.subscribers.values().stream()).toList();
    }

    private static final class User {
        private final Map<BBytes, Subscriber> subscribers = new HashMap<>();
        private DeviceList devices;
    }
}
