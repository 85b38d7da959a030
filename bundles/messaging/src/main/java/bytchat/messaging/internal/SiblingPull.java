package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import bytchat.api.plane.Sibling;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what one other device of the account has and this one lacks, over one link with it, a question at a time.
 *
 * <p>A contact whose digest is the same there is passed over. Messages have numbers that count up at each device; how far this one has read
 * there is on disk, so that after a break, or a restart, it goes on from there. A message that is listed and here already is not fetched.
 * What that device still tries to send is asked for again until something became of it.
 */
final class SiblingPull {
    private static final Logger LOG = LoggerFactory.getLogger(SiblingPull.class);
    private static final byte[] CURSOR = "cur/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OPEN = "opn/".getBytes(StandardCharsets.US_ASCII);
    private static final Duration AGAIN_MIN = Duration.ofSeconds(5);
    private static final Duration AGAIN_MAX = Duration.ofMinutes(10);
    private static final int AGAIN_DOUBLINGS_MAX = 8;
    private static final int OPEN_PAGE = 256;
    /** Messages of one device of which the end is awaited: as many as its outbox may hold, by default. */
    private static final int OPEN_MAX = 4_096;
    private static final int DEVICE_BYTES = 32;
    private static final int FINGERPRINT_BYTES = 64;

    private final Core core;
    private final Roster roster;
    private final Merge merge;
    private final Conversations conversations;
    private final Sibling sibling;
    private final BBytes device;
    /** What is to be looked at, in the order in which it was told. */
    private final Map<BBytes, Shared.Summary> due = new LinkedHashMap<>();
    /** By contact: number there, number here, of messages whose end is awaited. */
    private final Map<BBytes, Map<Long, Long>> open = new TreeMap<>();
    private int openTotal;
    private boolean lookDue = true;
    private boolean loaded;
    private boolean running;
    /** There is nothing more that this device knows to fetch. */
    private volatile boolean idle;
    private boolean closed;
    private int failures;
    /** Why, in this run, something of a contact could not be taken. */
    private Optional<Throwable> spoiled = Optional.empty();
    private Registration retry = () -> { };

    SiblingPull(Core core, Roster roster, Merge merge, Conversations conversations, Sibling sibling) {
        this.core = core;
        this.roster = roster;
        this.merge = merge;
        this.conversations = conversations;
        this.sibling = sibling;
        this.device = BBytes.of(sibling.deviceId());
    }

    /** That device says where it stands with these contacts. */
    void changed(List<Shared.Summary> summaries) {
        summaries.forEach(s -> due.put(s.contact(), s));
        if (due.size() > SiblingAnswers.CONTACTS_MAX) {
            due.clear();
            lookDue = true;
        }
        run();
    }

    void close() {
        closed = true;
        retry.close();
    }

    /** May be called from any thread. */
    boolean idle() {
        return idle;
    }

    void run() {
        if (running || closed) {
            return;
        }
        running = true;
        idle = false;
        retry.close();
        spoiled = Optional.empty();
        CompletionStage<Void> run = loadOpen().thenCompose(x -> work())
                .thenCompose(x -> spoiled.map(Stages::<Void>failed).orElseGet(Stages::done));
        run.whenComplete((nothing, failure) -> {
            running = false;
            if (failure == null) {
                failures = 0;
                idle = due.isEmpty() && !lookDue;
                // what was told meanwhile
                if (!idle) {
                    core.environment.loop().execute(this::run);
                }
            } else if (!closed) {
                lookDue = true;
                core.counts.add("sibling_pulls_failed");
                LOG.debug("Fetching from another device failed, it is tried again: {}", Stages.sentence(Failures.cause(failure)));
                long nanos = Math.min(AGAIN_MIN.toNanos() << Math.min(failures++, AGAIN_DOUBLINGS_MAX), AGAIN_MAX.toNanos());
                retry = core.environment.loop().schedule(
                        Duration.ofNanos((long) (nanos * (0.5 + core.environment.random().nextDouble()))), this::run);
            }
        });
    }

    private CompletionStage<Void> work() {
        if (closed) {
            return Stages.done();
        }
        if (lookDue) {
            lookDue = false;
            return look(BBytes.of(new byte[0])).thenCompose(x -> next());
        }
        return next();
    }

    /** Everything that is due, one contact after the other. */
    private CompletionStage<Void> next() {
        if (due.isEmpty() || closed) {
            return Stages.done();
        }
        Shared.Summary summary = due.values().iterator().next();
        due.remove(summary.contact());
        return contact(summary).thenCompose(x -> next());
    }

    private CompletionStage<BDict> ask(BDict.Builder question, String what) {
        return sibling.ask(question.put("q", what).build());
    }

    // ---- where it stands

    private CompletionStage<Void> look(BBytes after) {
        return ask(BDict.builder().put("after", after), "look").thenCompose(answer -> {
            List<Shared.Summary> page = Shared.dicts(answer, "contacts", SiblingAnswers.CONTACTS_MAX).stream()
                    .map(Shared.Summary::of).toList();
            CompletionStage<Void> all = Stages.done();
            for (Shared.Summary summary : page) {
                all = all.thenCompose(x -> closed ? Stages.done() : contact(summary));
            }
            return all.thenCompose(x -> answer.requireInteger("more") == 1 && !page.isEmpty() && !closed
                    ? look(page.get(page.size() - 1).contact())
                    : Stages.done());
        });
    }

    /** What cannot be taken of one contact must not keep the others from coming: it is tried again after them. */
    private CompletionStage<Void> contact(Shared.Summary summary) {
        return Stages.call(() -> fetch(summary)).handle((nothing, failure) -> {
            Throwable cause = failure == null ? null : Failures.cause(failure);
            boolean all = closed || cause instanceof RpcException rpc
                    && (rpc.kind() != RpcException.Kind.ANSWERED || rpc.code() == RpcException.QUOTA);
            if (cause != null && all) {
                return Stages.<Void>failed(cause);
            }
            spoiled = cause == null ? spoiled : Optional.of(cause);
            return Stages.done();
        }).thenCompose(stage -> stage);
    }

    private CompletionStage<Void> fetch(Shared.Summary summary) {
        Optional<Correspondent> known = roster.byFingerprint(summary.contact()).filter(Correspondent::accepted);
        CompletionStage<Optional<Correspondent>> up = known.filter(c -> Shared.summary(c).digest().equals(summary.digest())).isPresent()
                ? Stages.done(known)
                : fetchContact(summary.contact());
        return up.thenCompose(c -> c.isEmpty() ? Stages.done()
                : cursor(c.get()).thenCompose(from -> messages(c.get(), from, summary.next())).thenCompose(x -> states(c.get())));
    }

    private CompletionStage<Optional<Correspondent>> fetchContact(BBytes fingerprint) {
        return ask(BDict.builder().put("c", fingerprint), "contact").thenCompose(answer -> answer.get("record").isEmpty()
                ? Stages.done(Optional.empty())
                : merge.contact(answer).thenCompose(c -> handshakes(c, true, answer).thenCompose(x -> handshakes(c, false, answer))
                        .thenCompose(x -> merge.resolve(c)).thenApply(x -> Optional.of(c))));
    }

    private CompletionStage<Void> handshakes(Correspondent c, boolean mine, BDict answer) {
        CompletionStage<Void> all = Stages.done();
        for (BDict listed : Shared.dicts(answer, mine ? "mine" : "theirs", MessagingSettings.HANDSHAKES_MAX * 2)) {
            BBytes id = BBytes.wrap(listed.requireBytes("id", 32));
            boolean answered = listed.requireInteger("ok") == 1;
            all = all.thenCompose(x -> merge.wants(c, mine, id, answered)
                    ? ask(BDict.builder().put("c", c.fingerprint).put("mine", mine ? 1 : 0).put("id", id), "handshake")
                            .thenCompose(found -> found.get("bytes").isEmpty() ? Stages.done()
                                    : merge.handshake(c, Shared.handshake(c.fingerprint, mine, id, found)))
                    : Stages.done());
        }
        return all;
    }

    // ---- messages

    private BBytes cursorName(Correspondent c) {
        return Names.of(CURSOR, device, c.fingerprint);
    }

    private CompletionStage<Long> cursor(Correspondent c) {
        return core.ledger.get(CounterRecord.class, cursorName(c)).thenApply(found -> found.map(CounterRecord::value).orElse(0L));
    }

    private CompletionStage<Void> messages(Correspondent c, long from, long until) {
        if (from >= until || closed) {
            return Stages.done();
        }
        return ask(BDict.builder().put("c", c.fingerprint).put("from", from), "list").thenCompose(answer -> {
            List<BDict> page = answer.list("messages").isEmpty() ? List.of()
                    : Shared.dicts(answer, "messages", SiblingAnswers.LISTED_MAX);
            if (page.isEmpty()) {
                return Stages.done();
            }
            long next = answer.requireInteger("next");
            return lacking(c, page).thenCompose(numbers -> fetch(c, numbers))
                    .thenCompose(x -> core.ledger.commit(new Batch().put(new CounterRecord(cursorName(c), next))))
                    .thenCompose(x -> next > from ? messages(c, next, until) : Stages.done());
        });
    }

    /** The numbers, there, of those that are not here. */
    private CompletionStage<List<Long>> lacking(Correspondent c, List<BDict> page) {
        List<Long> lacking = new ArrayList<>();
        CompletionStage<Void> all = Stages.done();
        for (BDict listed : page) {
            long there = listed.requireInteger("n");
            all = all.thenCompose(x -> conversations.find(c, BBytes.wrap(listed.requireBytes("dev", DEVICE_BYTES)),
                    listed.requireInteger("seq"))).thenCompose(here -> {
                        if (here.isEmpty()) {
                            lacking.add(there);
                            return Stages.done();
                        }
                        return listed.requireInteger("out") == 1 ? await(c, there, here.getAsLong(), State.WAITING) : Stages.done();
                    });
        }
        return all.thenApply(x -> lacking);
    }

    private CompletionStage<Void> fetch(Correspondent c, List<Long> numbers) {
        if (numbers.isEmpty()) {
            return Stages.done();
        }
        if (closed) {
            // not done: that they were read would be written down, and they would never come
            return Stages.failed(new MessagingException("the link to the other device has ended"));
        }
        return ask(BDict.builder().put("c", c.fingerprint).put("n", numbers.stream().map(BInteger::new).toList()), "messages")
                .thenCompose(answer -> {
                    List<BDict> some = Shared.dicts(answer, "messages", numbers.size());
                    CompletionStage<Void> all = Stages.done();
                    for (BDict dict : some) {
                        MessageRecord told = Shared.message(c.fingerprint, dict);
                        all = all.thenCompose(x -> merge.message(c, told, dict.requireInteger("read") == 1))
                                .thenCompose(here -> told.outgoing() && here.isPresent()
                                        ? await(c, told.number(), here.get(), told.state()) : Stages.done());
                    }
                    // those before the last one that came came too, or are not there any more
                    long last = some.isEmpty() ? Long.MAX_VALUE : some.get(some.size() - 1).requireInteger("n");
                    return all.thenCompose(x -> fetch(c, numbers.stream().filter(n -> n > last).toList()));
                });
    }

    // ---- what becomes of what it sends

    private CompletionStage<Void> loadOpen() {
        if (loaded) {
            return Stages.done();
        }
        BBytes beginning = Names.of(OPEN, device);
        return core.ledger.each(CounterRecord.class, beginning, OPEN_PAGE, counter -> {
            BBytes rest = Names.rest(counter.name(), beginning.length());
            BBytes contact = BBytes.wrap(Arrays.copyOf(rest.unsafeArray(), FINGERPRINT_BYTES));
            long there = ByteBuffer.wrap(rest.unsafeArray()).getLong(FINGERPRINT_BYTES);
            remember(contact, there, counter.value());
        }).thenRun(() -> loaded = true);
    }

    private void remember(BBytes contact, long there, long here) {
        if (open.computeIfAbsent(contact, f -> new TreeMap<>()).put(there, here) == null) {
            openTotal++;
        }
    }

    private BBytes openName(Correspondent c, long there) {
        return Names.of(OPEN, device, c.fingerprint, Names.number(there));
    }

    private CompletionStage<Void> await(Correspondent c, long there, long here, State state) {
        if (!Shared.open(state) || openTotal >= OPEN_MAX) {
            return Stages.done();
        }
        return core.ledger.commit(new Batch().put(new CounterRecord(openName(c, there), here))
                .then(() -> remember(c.fingerprint, there, here)));
    }

    private CompletionStage<Void> states(Correspondent c) {
        return states(c, List.copyOf(open.getOrDefault(c.fingerprint, Map.of()).keySet()));
    }

    private CompletionStage<Void> states(Correspondent c, List<Long> numbers) {
        if (numbers.isEmpty() || closed) {
            return Stages.done();
        }
        List<Long> some = numbers.subList(0, Math.min(SiblingAnswers.STATES_MAX, numbers.size()));
        return ask(BDict.builder().put("c", c.fingerprint).put("n", some.stream().map(BInteger::new).toList()), "states")
                .thenCompose(answer -> {
                    CompletionStage<Void> all = Stages.done();
                    for (BDict dict : Shared.dicts(answer, "states", some.size())) {
                        all = all.thenCompose(x -> state(c, dict));
                    }
                    return all;
                }).thenCompose(x -> states(c, numbers.subList(some.size(), numbers.size())));
    }

    private CompletionStage<Void> state(Correspondent c, BDict dict) {
        long there = dict.requireInteger("n");
        Map<Long, Long> ofContact = open.getOrDefault(c.fingerprint, Map.of());
        Long here = ofContact.get(there);
        if (here == null) {
            return Stages.done();
        }
        State state = Shared.state(dict);
        return merge.state(c, here, state, dict.requireText("detail"), device).thenCompose(x -> {
            if (Shared.open(state)) {
                return Stages.done();
            }
            return core.ledger.commit(new Batch().remove(CounterRecord.class, openName(c, there)).then(() -> {
                if (ofContact.remove(there) != null) {
                    openTotal--;
                }
            }));
        });
    }
}
