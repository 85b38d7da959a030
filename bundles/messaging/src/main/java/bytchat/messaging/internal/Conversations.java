package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ChatView;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages as the user sees them. */
final class Conversations {
    private static final Logger LOG = LoggerFactory.getLogger(Conversations.class);
    static final int MIME_TYPE_BYTES_MAX = 255;
    /** Records of a page while unread ones are counted. */
    private static final int UNREAD_PAGE = 32;

    private static final byte[] INDEX = "idx/".getBytes(StandardCharsets.US_ASCII);

    private final Core core;
    private final BBytes self;
    private final List<Consumer<MessageView>> listeners = new CopyOnWriteArrayList<>();

    Conversations(Core core) {
        this.core = core;
        this.self = BBytes.of(core.account.deviceId());
    }

    /** What is inside the seal of a message (protocol, section 10). */
    static BDict content(MessageRecord message) {
        return BDict.builder().put("mime_type", message.mimeType()).put("data", message.data()).put("ts", message.sentMillis()).build();
    }

    /** Adds a record, new or changed, to the batch; listeners hear of it when it is on disk. */
    void put(Batch batch, Correspondent contact, MessageRecord message) {
        BBytes index = indexName(message.contact(), message.device(), message.sequence());
        batch.put(message).put(new CounterRecord(index, message.number())).then(() -> {
            contact.stateChanges++;
            // an incoming message is put once, an outgoing one with each change of its state
            if (!message.outgoing() && contact.unread.isPresent()) {
                contact.unread = OptionalInt.of(Math.min(Messenger.UNREAD_MAX, contact.unread.getAsInt() + 1));
            }
            tell(view(contact, message));
        });
    }

    /** Where a message of this device and sequence is in the conversation: its number; empty if it is not there. */
    CompletionStage<OptionalLong> find(Correspondent contact, BBytes device, long sequence) {
        return core.ledger.get(CounterRecord.class, indexName(contact.fingerprint, device, sequence))
                .thenApply(found -> found.map(n -> OptionalLong.of(n.value())).orElse(OptionalLong.empty()));
    }

    private static BBytes indexName(BBytes contact, BBytes device, long sequence) {
        return Names.of(INDEX, contact, device, Names.number(sequence));
    }

    /** Changes what became of an outgoing message, if it is different from what it says. */
    CompletionStage<Void> update(Batch batch, Outgoing outgoing, State state, String detail) {
        return core.ledger.get(MessageRecord.class, MessageRecord.keyOf(outgoing.to.fingerprint, outgoing.number)).thenAccept(found ->
                found.filter(m -> m.state() != state || !m.detail().equals(detail)).ifPresent(m -> put(batch, outgoing.to,
                        new MessageRecord(m.contact(), m.number(), m.outgoing(), m.device(), m.sequence(), m.mimeType(), m.data(),
                                m.sentMillis(), m.atMillis(), state, detail))));
    }

    Registration listen(Consumer<MessageView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(MessageView view) {
        for (Consumer<MessageView> listener : listeners) {
            try {
                listener.accept(view);
            } catch (RuntimeException e) {
                LOG.warn("A listener for messages failed: {}", e.toString());
            }
        }
    }

    /** The newest messages of these conversations, newest last. */
    CompletionStage<List<MessageView>> list(List<Correspondent> contacts, int limit) {
        CompletionStage<List<Line>> all = Stages.done(List.of());
        for (Correspondent contact : contacts) {
            all = all.thenCompose(some -> core.ledger.newest(MessageRecord.class, contact.fingerprint, limit)
                    .thenApply(more -> newest(some, more.stream().map(m -> new Line(contact, m)).toList(), limit)));
        }
        return all.thenApply(lines -> bySequence(lines).stream().map(line -> view(line.contact(), line.message())).toList());
    }

    /** A page of one conversation, newest last. */
    CompletionStage<List<MessageView>> page(Correspondent contact, OptionalLong before, int limit) {
        CompletionStage<List<MessageRecord>> page = before.isEmpty()
                ? core.ledger.newest(MessageRecord.class, contact.fingerprint, limit)
                : core.ledger.before(MessageRecord.class, contact.fingerprint,
                        MessageRecord.keyOf(contact.fingerprint, before.getAsLong()), limit);
        return page.thenApply(records -> {
            List<Line> lines = new ArrayList<>(records.stream().map(m -> new Line(contact, m)).toList());
            Collections.reverse(lines);
            return bySequence(lines).stream().map(line -> view(line.contact(), line.message())).toList();
        });
    }

    /** Where the conversation with a contact is: its newest message and how many have not been seen. */
    CompletionStage<ChatView> chat(Correspondent contact, ContactView view) {
        return core.ledger.newest(MessageRecord.class, contact.fingerprint, 1).thenCompose(newest -> unread(contact)
                .thenApply(unread -> new ChatView(view, newest.stream().findFirst().map(m -> view(contact, m)), unread)));
    }

    /** In the contact's lane: completes with how many are unread when it is on disk. */
    CompletionStage<Integer> markRead(Correspondent contact, long number) {
        long seen = Math.min(number, contact.newestNumber());
        if (seen <= contact.read()) {
            return unread(contact);
        }
        Batch batch = new Batch();
        contact.read(seen, batch);
        batch.then(() -> contact.unread = OptionalInt.empty());
        return core.ledger.commit(batch).thenCompose(x -> unread(contact));
    }

    /** Counted once, from where the user has seen; then kept up with what arrives. */
    private CompletionStage<Integer> unread(Correspondent contact) {
        if (contact.unread.isPresent()) {
            return Stages.done(contact.unread.getAsInt());
        }
        return received(contact, contact.read(), 0).thenApply(count -> {
            contact.unread = OptionalInt.of(count);
            return count;
        });
    }

    /** How many were received after a number, up to {@link Messenger#UNREAD_MAX}. */
    private CompletionStage<Integer> received(Correspondent contact, long after, int before) {
        if (after >= contact.newestNumber()) {
            return Stages.done(before);
        }
        BBytes from = after < 0 ? contact.fingerprint : MessageRecord.keyOf(contact.fingerprint, after);
        return core.ledger.after(MessageRecord.class, contact.fingerprint, from, UNREAD_PAGE).thenCompose(page -> {
            int count = Math.min(Messenger.UNREAD_MAX, before + (int) page.stream().filter(m -> !m.outgoing()).count());
            return page.size() < UNREAD_PAGE || count == Messenger.UNREAD_MAX ? Stages.done(count)
                    : received(contact, page.get(page.size() - 1).number(), count);
        });
    }

    private static List<Line> newest(List<Line> some, List<Line> more, int limit) {
        List<Line> joined = new ArrayList<>(some);
        joined.addAll(more);
        joined.sort(Comparator.<Line>comparingLong(line -> line.message().atMillis())
                .thenComparing(line -> line.contact().fingerprint).thenComparingLong(line -> line.message().number()));
        return List.copyOf(joined.subList(Math.max(0, joined.size() - limit), joined.size()));
    }

    /** Holders may push in any order: what one device sent us is shown in the order in which it was sent, in the same places. */
    private static List<Line> bySequence(List<Line> lines) {
        Map<List<BBytes>, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            places.computeIfAbsent(List.of(lines.get(i).contact().fingerprint, lines.get(i).message().device()), d -> new ArrayList<>())
                    .add(i);
        }
        List<Line> ordered = new ArrayList<>(lines);
        for (List<Integer> ofDevice : places.values()) {
            List<Line> sorted = ofDevice.stream().map(lines::get)
                    .sorted(Comparator.comparingLong(line -> line.message().sequence())).toList();
            for (int i = 0; i < sorted.size(); i++) {
                ordered.set(ofDevice.get(i), sorted.get(i));
            }
        }
        return ordered;
    }

    private record Line(Correspondent contact, MessageRecord message) {
    }

    /** While a message waits, the reason is the outbox's, which knows the latest. */
    MessageView view(Correspondent contact, MessageRecord m) {
        String detail = m.detail();
        if (m.state() == State.WAITING && m.device().equals(self)) {
            Outgoing outgoing = contact.outgoing().get(m.sequence());
            detail = outgoing == null || outgoing.reason.isEmpty() ? detail : outgoing.reason;
        }
        return new MessageView(HexFormat.of().formatHex(m.device().unsafeArray()) + ":" + m.sequence(), contact.ref(), contact.name(),
                m.number(), m.outgoing(), m.mimeType(), m.data(), m.sentMillis(), m.atMillis(),
                m.state().name().toLowerCase(Locale.ROOT), detail);
    }

    /** @throws MessagingException if it cannot be sent */
    static void check(String mimeType, byte[] data) throws MessagingException {
        if (data.length > bytchat.api.messaging.Messenger.DATA_BYTES_MAX) {
            throw new MessagingException("A message holds at most " + bytchat.api.messaging.Messenger.DATA_BYTES_MAX
                    + " bytes; this has " + data.length + ".");
        }
        Optional<String> wrong = wrongMimeType(mimeType);
        if (wrong.isPresent()) {
            throw new MessagingException(wrong.get());
        }
    }

    static Optional<String> wrongMimeType(String mimeType) {
        boolean good = mimeType.length() <= MIME_TYPE_BYTES_MAX && mimeType.indexOf('/') > 0
                && mimeType.chars().allMatch(c -> c > 0x20 && c < 0x7f || c == ' ');
        return good ? Optional.empty()
                : Optional.of("'" + mimeType.replaceAll("[^\\x20-\\x7e]", "?") + "' is not a MIME type such as text/plain.");
    }
}
