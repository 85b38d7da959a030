package bytchat.ui.web.internal;

import bytchat.api.env.Registration;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import jakarta.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens, as Server-Sent Events (WHATWG HTML, 9.2). The newest events are kept, so that a page that was cut off for a moment misses
 * nothing; one that was away for longer is told so. Runs on the web loop; {@link #add}, {@link #remove} and {@link #read} may be
 * called from any thread.
 *
 * <p>Threat: a page that does not read, or many that are left open, fill the memory. Answer: the kept events are bounded in number and size,
 * streams in number, and one whose buffer is full is closed: it goes on where it was when it comes again.
 */
final class Feed {
    /** Events kept for pages that come again. */
    static final int EVENTS_MAX = 512;
    /** Characters of all kept events together. */
    static final int EVENTS_CHARS_MAX = 1024 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final String MESSAGE = "message";
    private static final String CONTACT = "contact";

    /** A page that listens. */
    interface Stream {
        /** Sends this; false if the other side does not keep up. */
        boolean send(String text);

        void close();
    }

    private final Executor loop;
    private final int streamsMax;
    private final String epoch;
    private final String version;
    private final Map<String, Supplier<Optional<JsonObject>>> watched = new LinkedHashMap<>();
    private final Map<String, String> lastSeen = new LinkedHashMap<>();
    private final Map<Messenger, Registration> messengers = new IdentityHashMap<>();
    private final Deque<Event> events = new ArrayDeque<>();
    private final Set<Stream> streams = new LinkedHashSet<>();
    private int chars;
    private long next;
    /** Nothing is kept before the first page has come. */
    private boolean used;

    /**
     * @param epoch   differs from one start of the node to the next, so that ids of an earlier one are known as such
     * @param version of the program
     */
    Feed(Executor loop, int streamsMax, String epoch, String version) {
        this.loop = loop;
        this.streamsMax = streamsMax;
        this.epoch = epoch;
        this.version = version;
    }

    /** An event of this name is sent whenever {@link #look} finds that this has changed. */
    void watch(String event, Supplier<Optional<JsonObject>> state) {
        watched.put(event, state);
    }

    void add(Messenger messenger) {
        String account = messenger.self().fingerprint();
        Registration messages = messenger.onMessage(message -> loop.execute(() -> message(account, message)));
        Registration contacts = messenger.onContact(contact -> loop.execute(() -> contact(account, contact)));
        synchronized (messengers) {
            messengers.put(messenger, () -> {
                messages.close();
                contacts.close();
            });
        }
        loop.execute(this::look);
    }

    void remove(Messenger messenger) {
        Registration registration;
        synchronized (messengers) {
            registration = messengers.remove(messenger);
        }
        if (registration != null) {
            registration.close();
        }
        loop.execute(this::look);
    }

    private void message(String account, MessageView message) {
        emit(MESSAGE, () -> Views.object().add("account", account).add(MESSAGE, Views.message(account, message)).build());
    }

    private void contact(String account, ContactView contact) {
        emit(CONTACT, () -> Views.object().add("account", account).add(CONTACT, Views.contact(contact)).build());
    }

    /** The user has seen messages, on some page. */
    void read(String account, String contact, long number, int unread) {
        loop.execute(() -> emit("read", () -> Views.object().add("account", account).add(CONTACT, contact)
                .add("number", number).add("unread", unread).build()));
    }

    /** Tells what has changed of what has no listeners of its own. To be called every second. */
    void look() {
        if (streams.isEmpty()) {
            return;
        }
        watched.forEach((event, state) -> {
            try {
                state.get().map(JsonObject::toString).filter(now -> !now.equals(lastSeen.put(event, now)))
                        .ifPresent(now -> emit(event, now));
            } catch (RuntimeException e) {
                // a part that is just going; it is looked at again in a second
                LOG.debug("{} cannot be told now: {}", event, e.toString());
            }
        });
    }

    /** A comment now and then keeps what is between from closing the stream, and finds out who has gone. */
    void keepAlive() {
        send(List.copyOf(streams), ": \n\n");
    }

    /**
     * Begins a stream, where an earlier one ended if that is still known.
     *
     * @throws ApiException if there are too many
     */
    void open(Stream stream, Optional<String> lastEventId) throws ApiException {
        if (streams.size() >= streamsMax) {
            throw new ApiException(429, "More than " + streamsMax + " pages are open: close some.");
        }
        used = true;
        Optional<List<Event>> missed = lastEventId.map(this::since).orElse(Optional.of(List.of()));
        StringBuilder first = new StringBuilder("retry: 1000\n\n");
        if (lastEventId.isEmpty() || missed.isEmpty()) {
            first.append(new Event(id(next - 1), missed.isEmpty() ? "reset" : "hello", Views.hello(version).toString()).text());
        }
        missed.ifPresent(all -> all.forEach(event -> first.append(event.text())));
        streams.add(stream);
        send(List.of(stream), first.toString());
        look();
    }

    void closed(Stream stream) {
        streams.remove(stream);
    }

    int streams() {
        return streams.size();
    }

    /** Ends every stream and hears of nothing any more. */
    void close() {
        synchronized (messengers) {
            messengers.values().forEach(Registration::close);
            messengers.clear();
        }
        List.copyOf(streams).forEach(Stream::close);
    }

    /** What came after; empty if that is not known any more. */
    private Optional<List<Event>> since(String lastEventId) {
        long first = next - events.size();
        if (!lastEventId.startsWith(epoch + "-")) {
            return Optional.empty();
        }
        try {
            long last = Long.parseLong(lastEventId.substring(epoch.length() + 1));
            if (last < first - 1 || last >= next) {
                return Optional.empty();
            }
            return Optional.of(new ArrayList<>(events).subList((int) (last + 1 - first), events.size()));
        } catch (NumberFormatException e) {
            return Optional.empty(); // not an id of ours
        }
    }

    private String id(long number) {
        return epoch + "-" + number;
    }

    private void emit(String event, Supplier<JsonObject> data) {
        if (used) {
            emit(event, data.get().toString());
        }
    }

    private void emit(String name, String data) {
        Event event = new Event(id(next++), name, data);
        events.add(event);
        chars += event.data().length();
        while (events.size() > EVENTS_MAX || chars > EVENTS_CHARS_MAX && events.size() > 1) {
            chars -= events.remove().data().length();
        }
        send(List.copyOf(streams), event.text());
    }

    private static void send(List<Stream> to, String text) {
        for (Stream stream : to) {
            if (!stream.send(text)) {
                stream.close();
            }
        }
    }

    /** @param data one line: JSON has no line breaks of its own */
    private record Event(String id, String name, String data) {
        String text() {
            return "id: " + id + "\nevent: " + name + "\ndata: " + data + "\n\n";
        }
    }
}
