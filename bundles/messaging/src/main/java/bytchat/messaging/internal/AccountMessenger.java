package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Planes;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.OutboundRecord;
import bytchat.api.store.ChatRecord.SeenRecord;
import bytchat.api.store.ChatStore;
import bytchat.wire.ContactLink;
import bytchat.wire.sign.SignatureCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One account's messaging, put together. Made by anybody; the methods of {@link Messenger} may be called from any thread. */
public final class AccountMessenger implements Messenger {
    private static final Logger LOG = LoggerFactory.getLogger(AccountMessenger.class);
    private static final int MESSAGES_MAX = 1_024;
    private static final Duration SWEEP_PERIOD = Duration.ofHours(1);
    private static final int SWEEPS_PER_DAY = 24;
    private static final int SWEEP_PAGE = 256;
    private static final Duration DRAIN_MAX = Duration.ofSeconds(30);
    private static final BBytes NONE = BBytes.of(new byte[0]);
    private static final String CLOSED = "The account has been closed.";

    private final Core core;
    private final Roster roster;
    private final Conversations conversations;
    private final Contacts contacts;
    private final Outbox outbox;
    private final Handshakes handshakes;
    private final Inbox inbox;
    private final Siblings siblings;
    private final Announcement announcement;
    private final Relocation relocation;
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private volatile Optional<DeliveryPlane.Attachment> attachment = Optional.empty();
    private Optional<Planes> attachedTo = Optional.empty();
    private Optional<String> attachedIn = Optional.empty();
    private Registration sweeping = () -> { };
    /** Questions of the facade that have not been answered yet; on the loop. */
    private final Set<CompletableFuture<?>> asked = new HashSet<>();
    private int loadFailures;
    private int sweeps;
    private volatile String loadProblem = "";
    private volatile boolean closed;

    public AccountMessenger(Account account, Environment environment, ChatStore store, Suites suites, MessagingSettings settings) {
        this(account, environment, store, suites, settings, SignatureCheck.BOUNCY_CASTLE,
                EnumSet.allOf(Defence.class));
    }

    /** For tests that show what a check is for. */
    AccountMessenger(Account account, Environment environment, ChatStore store, Suites suites, MessagingSettings settings,
            SignatureCheck check, Set<Defence> defences) {
        BBytes fingerprint = BBytes.of(account.fingerprint());
        this.core = new Core(account, environment, new Ledger(store, fingerprint), suites, check, settings, defences);
        Envelopes envelopes = new Envelopes(core);
        this.roster = new Roster(core);
        this.conversations = new Conversations(core);
        this.contacts = new Contacts(core, roster);
        this.outbox = new Outbox(core, envelopes, conversations, contacts::pursue);
        this.handshakes = new Handshakes(core, envelopes, outbox);
        this.inbox = new Inbox(core, roster, envelopes, handshakes, conversations, outbox);
        this.contacts.with(handshakes, inbox);
        Merge merge = new Merge(core, roster, contacts, handshakes, conversations, inbox, outbox);
        this.siblings = new Siblings(core, roster, merge, conversations);
        this.inbox.onForeignReceipt(siblings::delivered);
        this.inbox.onSibling(sibling -> loaded.thenRun(() -> siblings.met(sibling)));
        this.announcement = new Announcement(core);
        this.relocation = new Relocation(core, roster, outbox);
    }

    // ---- life

    /** Reads what is on disk, then begins to work with the network it has been given. */
    public void start() {
        core.environment.loop().execute(this::load);
    }

    private void load() {
        if (closed) {
            return;
        }
        roster.load(outbox::add).whenComplete((nothing, failure) -> {
            if (closed) {
                // another messenger of this account may be attached already
                return;
            }
            if (failure == null) {
                loadProblem = "";
                sweeping = core.environment.loop().every(SWEEP_PERIOD, this::sweep);
                loaded.complete(null);
                connect();
            } else {
                loadProblem = Stages.sentence(failure);
                LOG.warn("The messages of account {} cannot be read, trying again: {}", core.account.name(), loadProblem);
                long seconds = Math.min(60, 1L << Math.min(loadFailures++, 6));
                core.environment.loop().schedule(Duration.ofSeconds(seconds), this::load);
            }
        });
    }

    /** What is there of the network has changed. May be called from any thread. */
    public void network(Network network) {
        core.environment.loop().execute(() -> {
            if (closed) {
                return;
            }
            core.network(network);
            if (loaded.isDone()) {
                connect();
            }
        });
    }

    private void connect() {
        Network network = core.network();
        roster.index();
        if (!relocation.arrived(this::connectAgain)) {
            return;
        }
        Optional<String> keySpace = network.keySpace().map(KeySpace::name);
        Optional<Planes> planes = keySpace.isPresent() ? network.planes() : Optional.empty();
        if (!planes.equals(attachedTo) || !keySpace.equals(attachedIn)) {
            Optional<DeliveryPlane.Attachment> before = attachment;
            attachedTo = planes;
            attachedIn = keySpace;
            attachment = planes.map(p -> p.attach(keySpace.get(), core.account, inbox));
            outbox.attachment(attachment);
            before.ifPresent(this::drain);
        }
        announcement.network(network);
        roster.known().forEach(contacts::resume);
    }

    private void connectAgain() {
        if (!closed) {
            connect();
        }
    }

    /** What is under way where we leave may end there. */
    private void drain(DeliveryPlane.Attachment before) {
        Registration limit = core.environment.loop().schedule(DRAIN_MAX, before::close);
        before.drain().whenComplete((nothing, failure) -> {
            limit.close();
            before.close();
        });
    }

    /** Other bounds and periods from now on. May be called from any thread. */
    public void settings(MessagingSettings settings) {
        core.settings = settings;
    }

    /** Name, avatar or keys of the account have changed. May be called from any thread. */
    public void accountChanged() {
        core.environment.loop().execute(() -> {
            announcement.publish();
            siblings.listChanged();
        });
    }

    /** Ends at once; everything is on disk. May be called from any thread. */
    public void close() {
        closed = true;
        core.environment.loop().execute(() -> {
            loaded.completeExceptionally(new MessagingException(CLOSED));
            // the store may be going as well, and then never answers what is under way
            List.copyOf(asked).forEach(one -> one.completeExceptionally(new MessagingException(CLOSED)));
            core.ledger.close();
            contacts.close();
            outbox.close();
            announcement.close();
            siblings.close();
            sweeping.close();
            attachment.ifPresent(DeliveryPlane.Attachment::close);
            attachment = Optional.empty();
        });
    }

    /** Every hour what has expired or was superseded goes; every day what need not be recognised any more. */
    private void sweep() {
        for (Correspondent c : roster.all()) {
            if (c.left.isPresent()) {
                contacts.resume(c);
            }
            outbox.sweep(c).thenCompose(x -> c.lane.run(() -> handshakes.prune(c))).whenComplete(AccountMessenger::logFailure);
        }
        if (sweeps++ % SWEEPS_PER_DAY == 0) {
            sweepSeen(Optional.empty()).whenComplete(AccountMessenger::logFailure);
        }
    }

    private CompletionStage<Void> sweepSeen(Optional<BBytes> from) {
        long before = core.now() - MessagingSettings.SEEN_MILLIS;
        return core.ledger.page(SeenRecord.class, from, SWEEP_PAGE).thenCompose(page -> {
            Batch batch = new Batch();
            page.stream().filter(seen -> seen.atMillis() < before).forEach(seen -> batch.remove(SeenRecord.class, seen.key()));
            return core.ledger.commit(batch).thenCompose(x -> page.size() < SWEEP_PAGE || closed
                    ? Stages.done()
                    : sweepSeen(Optional.of(page.get(page.size() - 1).key())));
        });
    }

    private static void logFailure(Object nothing, Throwable failure) {
        if (failure != null) {
            LOG.warn("Sweeping old records failed, it is tried again within the hour: {}", Stages.sentence(failure));
        }
    }

    // ---- the facade

    @Override
    public Self self() {
        Optional<KeySpace> keySpace = core.network().keySpace();
        Optional<Key> uid = keySpace.map(k -> k.uid(core.account.publicKey()));
        String link = keySpace.map(k -> new ContactLink(uid.get(), k.hash().name(), core.account.fingerprint(),
                Optional.of(core.account.name()).filter(n -> !n.isEmpty())).format()).orElse("");
        return new Self(core.account.name(), uid.map(Key::hex).orElse(""), HexFormat.of().formatHex(core.account.fingerprint()),
                HexFormat.of().formatHex(core.account.deviceId()), link);
    }

    @Override
    public CompletionStage<ContactView> addContact(String link, Optional<String> name) {
        return onLoop(() -> contacts.add(link, name));
    }

    @Override
    public CompletionStage<ContactView> accept(String contact) {
        return onLoop(() -> named(contact).thenCompose(contacts::accept));
    }

    @Override
    public CompletionStage<ContactView> rename(String contact, String name) {
        return onLoop(() -> named(contact).thenCompose(c -> contacts.rename(c, name)));
    }

    @Override
    public CompletionStage<List<ContactView>> contacts() {
        return onLoop(() -> Stages.done(roster.known().stream().map(contacts::view).toList()));
    }

    @Override
    public CompletionStage<MessageView> send(String contact, String mimeType, byte[] data) {
        byte[] copy = data.clone();
        return onLoop(() -> named(contact).thenCompose(c -> {
            try {
                Conversations.check(mimeType, copy);
                outbox.requireRoom();
            } catch (MessagingException e) {
                return Stages.failed(e);
            }
            if (!c.accepted()) {
                return Stages.failed(new MessagingException("Accept " + c.name() + " first: contact accept " + c.ref().substring(0, 12)));
            }
            return c.lane.run(() -> post(c, mimeType, copy));
        }));
    }

    /** On disk, it is promised; sealing and sending follow. */
    private CompletionStage<MessageView> post(Correspondent c, String mimeType, byte[] data) {
        Batch batch = new Batch();
        long now = core.now();
        long sequence = c.takeSequence(batch);
        long number = c.takeNumber(batch);
        long until = now + MessagingSettings.TTL_MILLIS;
        MessageRecord message = new MessageRecord(c.fingerprint, number, true, BBytes.of(core.account.deviceId()), sequence, mimeType,
                data, now, now, bytchat.api.store.ChatRecord.State.WAITING, "not sent yet");
        conversations.put(batch, c, message);
        OutboundRecord outbound = new OutboundRecord(c.fingerprint, sequence, number, NONE, new byte[0], until, 0);
        batch.put(outbound);
        return core.ledger.commit(batch).thenApply(x -> {
            Outgoing outgoing = Outgoing.of(c, outbound);
            outgoing.reason = attachment.isEmpty() ? reasonWithoutPlane() : c.sending().isEmpty() ? Outbox.NO_SESSION : "";
            outbox.add(outgoing);
            return conversations.view(c, message);
        });
    }

    @Override
    public CompletionStage<List<MessageView>> messages(Optional<String> contact, int limit) {
        if (limit < 1 || limit > MESSAGES_MAX) {
            return Stages.failed(new MessagingException("Ask for 1 to " + MESSAGES_MAX + " messages."));
        }
        return onLoop(() -> contact.isPresent()
                ? named(contact.get()).thenCompose(c -> conversations.list(List.of(c), limit))
                : conversations.list(roster.known(), limit));
    }

    @Override
    public CompletionStage<List<MessageView>> messages(String contact, OptionalLong before, int limit) {
        if (limit < 1 || limit > MESSAGES_MAX) {
            return Stages.failed(new MessagingException("Ask for 1 to " + MESSAGES_MAX + " messages."));
        }
        return onLoop(() -> named(contact).thenCompose(c -> conversations.page(c, before, limit)));
    }

    @Override
    public CompletionStage<List<ChatView>> chats() {
        return onLoop(() -> {
            CompletionStage<List<ChatView>> all = Stages.done(new ArrayList<>());
            for (Correspondent c : roster.known()) {
                all = all.thenCombine(c.lane.run(() -> conversations.chat(c, contacts.view(c))), (some, chat) -> {
                    some.add(chat);
                    return some;
                });
            }
            return all.thenApply(chats -> chats.stream().sorted(Comparator.comparingLong(
                    (ChatView chat) -> chat.last().map(MessageView::atMillis).orElse(Long.MIN_VALUE)).reversed()).toList());
        });
    }

    @Override
    public CompletionStage<Integer> markRead(String contact, long number) {
        return onLoop(() -> named(contact).thenCompose(c -> c.lane.run(() -> conversations.markRead(c, number))));
    }

    @Override
    public Registration onContact(Consumer<ContactView> listener) {
        return contacts.listen(listener);
    }

    @Override
    public Registration onMessage(Consumer<MessageView> listener) {
        return conversations.listen(listener);
    }

    @Override
    public Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("outgoing", outbox.size());
        facts.put("meta", announcement.state());
        if (siblings.size() > 0) {
            facts.put("own_devices_reached", siblings.size());
            facts.put("own_devices_fetched_from", siblings.fetching());
        }
        core.counts.into(facts);
        if (closed) {
            return new Status(State.OFF, "closed", facts);
        }
        if (!loaded.isDone()) {
            return loadProblem.isEmpty()
                    ? new Status(State.STARTING, "reading contacts and messages", facts)
                    : new Status(State.FAILED, loadProblem, facts);
        }
        Optional<DeliveryPlane.Attachment> now = attachment;
        if (now.isEmpty()) {
            return new Status(State.WAITING, reasonWithoutPlane(), facts);
        }
        Status plane = now.get().status();
        facts.putAll(plane.facts());
        return new Status(plane.state(), plane.reason(), facts);
    }

    private String reasonWithoutPlane() {
        return core.network().keySpace().isEmpty() ? "there is no key space" : "delivery planes are not running";
    }

    private CompletionStage<Correspondent> named(String nameOrRef) {
        try {
            return Stages.done(roster.named(nameOrRef));
        } catch (MessagingException e) {
            return Stages.failed(e);
        }
    }

    /** Runs on the loop once everything has been read; whatever goes wrong is told in words. */
    private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        core.environment.loop().execute(() -> {
            if (closed || !loadProblem.isEmpty()) {
                result.completeExceptionally(new MessagingException(closed ? CLOSED : loadProblem));
                return;
            }
            asked.add(result);
            loaded.thenCompose(x -> Stages.call(task)).whenComplete((value, failure) -> {
                asked.remove(result);
                if (failure == null) {
                    result.complete(value);
                } else {
                    Throwable cause = Failures.cause(failure);
                    result.completeExceptionally(
                            cause instanceof MessagingException ? cause : new MessagingException(Stages.sentence(cause)));
                }
            });
        });
        return result;
    }
}
