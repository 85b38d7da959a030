package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages as the user sees them. */
final class Conversations {
    private static final Logger LOG = LoggerFactory.getLogger(Conversations.class);
    static final int MIME_TYPE_BYTES_MAX = 255;

    private final Core core;
    private final List<Consumer<MessageView>> listeners = new CopyOnWriteArrayList<>();

    Conversations(Core core) {
        this.core = core;
    }

    /** What is inside the seal of a message (protocol, section 10). */
    static BDict content(MessageRecord message) {
        return BDict.builder().put("mime_type", message.mimeType()).put("data", message.data()).put("ts", message.sentMillis()).build();
    }

    /** Adds a record, new or changed, to the batch; listeners hear of it when it is on disk. */
    void put(Batch batch, Correspondent contact, MessageRecord message) {
        batch.put(message).then(() -> tell(view(contact, message)));
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
        if (m.state() == State.WAITING) {
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
