package bytchat.messaging.internal;

import bytchat.api.account.Prekeys;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.meta.MetaRecord;
import bytchat.api.session.Handshake;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.wire.ContactLink;
import bytchat.wire.crypto.Digests;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who we talk to, and how we come to know them: link, meta, handshake.
 *
 * <p>Threat: holders of the meta key answer with somebody else's keys. Answer: a contact is its fingerprint, from the link; meta whose
 * public key does not have it is as good as none.
 */
final class Contacts {
    private static final Logger LOG = LoggerFactory.getLogger(Contacts.class);
    static final int NAME_CHARS_MAX = 64;
    /** A new device shows itself to one contact in this time, on average. */
    private static final Duration PRESENTED_EACH = Duration.ofMillis(250);

    private final Core core;
    private final Roster roster;
    private Handshakes handshakes;
    private Inbox inbox;
    private final List<Consumer<ContactView>> listeners = new CopyOnWriteArrayList<>();
    private boolean closed;

    Contacts(Core core, Roster roster) {
        this.core = core;
        this.roster = roster;
    }

    /** What it calls down to, and what calls it: they know each other. */
    void with(Handshakes theHandshakes, Inbox theInbox) {
        handshakes = theHandshakes;
        inbox = theInbox;
        inbox.onRequest(this::introduce);
        roster.onChange(this::tell);
    }

    Registration listen(Consumer<ContactView> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Listeners hear of what is different from what they were told last. */
    private void tell(Correspondent c) {
        if (listeners.isEmpty() || c.record().isEmpty() || closed) {
            return;
        }
        ContactView view = view(c);
        if (c.told.filter(view::equals).isPresent()) {
            return;
        }
        c.told = Optional.of(view);
        for (Consumer<ContactView> listener : listeners) {
            try {
                listener.accept(view);
            } catch (RuntimeException e) {
                LOG.warn("A listener for contacts failed: {}", e.toString());
            }
        }
    }

    void close() {
        closed = true;
    }

    CompletionStage<ContactView> add(String text, Optional<String> name) {
        ContactLink link;
        try {
            link = checked(ContactLink.parse(text));
            if (name.isPresent()) {
                checkName(name.get());
            }
        } catch (IllegalArgumentException e) {
            return Stages.failed(new MessagingException(e.getMessage()));
        } catch (MessagingException e) {
            return Stages.failed(e);
        }
        Correspondent c = roster.obtain(BBytes.of(link.fingerprint()));
        return c.lane.run(() -> {
            ContactRecord r = c.recordOrNew(core.now());
            String called = name.map(String::strip).or(() -> Optional.of(r.name()).filter(n -> !n.isEmpty())).or(link::name).orElse("");
            return put(c, new ContactRecord(r.fingerprint(), shortened(called), link.format(), r.accountKey(), r.credentials(), r.permit(),
                    true, r.metaMillis(), r.addedMillis()));
        }).thenApply(x -> {
            resume(c);
            return view(c);
        });
    }

    CompletionStage<ContactView> rename(Correspondent c, String name) {
        try {
            checkName(name);
        } catch (MessagingException e) {
            return Stages.failed(e);
        }
        return c.lane.run(() -> {
            ContactRecord r = c.recordOrNew(core.now());
            return put(c, new ContactRecord(r.fingerprint(), name.strip(), r.link(), r.accountKey(), r.credentials(), r.permit(),
                    r.accepted(), r.metaMillis(), r.addedMillis()));
        }).thenApply(x -> view(c));
    }

    CompletionStage<ContactView> accept(Correspondent c) {
        return c.lane.run(() -> {
            ContactRecord r = c.recordOrNew(core.now());
            return put(c, new ContactRecord(r.fingerprint(), r.name(), r.link(), r.accountKey(), r.credentials(), r.permit(), true,
                    r.metaMillis(), r.addedMillis()));
        }).thenApply(x -> {
            resume(c);
            return view(c);
        });
    }

    private CompletionStage<Void> put(Correspondent c, ContactRecord changed) {
        return core.ledger.commit(new Batch().put(changed).then(() -> {
            c.record(changed);
            roster.index(c);
        }));
    }

    private ContactLink checked(ContactLink link) throws MessagingException {
        KeySpace keySpace = core.network().keySpace().orElseThrow(
                () -> new MessagingException("This node has no key space yet, so it cannot check the link. See: status"));
        if (!link.hash().equals(keySpace.hash().name())) {
            throw new MessagingException("This link is for the key space " + link.hash() + ", but this node uses " + keySpace.hash().name()
                    + ". Ask for a link that was made there.");
        }
        if (link.uid().bits() != keySpace.bits()) {
            throw new MessagingException("This link's UID has " + link.uid().bits() + " bits instead of " + keySpace.bits() + ".");
        }
        if (Arrays.equals(link.fingerprint(), core.account.fingerprint())) {
            throw new MessagingException("This is your own link. Give it to others, and add the links that they give you.");
        }
        BBytes fingerprint = BBytes.of(link.fingerprint());
        boolean known = roster.byFingerprint(fingerprint).flatMap(Correspondent::record).isPresent();
        if (!known && roster.known().size() >= Messenger.CONTACTS_MAX) {
            throw new MessagingException("There are " + Messenger.CONTACTS_MAX + " contacts, which is the most that one account keeps.");
        }
        return link;
    }

    private static void checkName(String name) throws MessagingException {
        String stripped = name.strip();
        if (stripped.isEmpty() || stripped.length() > NAME_CHARS_MAX) {
            throw new MessagingException("A contact's name has 1 to " + NAME_CHARS_MAX + " characters.");
        }
    }

    private static String shortened(String name) {
        return name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX);
    }

    ContactView view(Correspondent c) {
        String uid = core.network().keySpace().flatMap(c::uid).map(Key::hex).orElse("");
        if (!c.accepted()) {
            return new ContactView(c.ref(), c.name(), uid, ContactState.REQUEST, "they wrote to you; accept them to answer");
        }
        if (c.sending().isPresent()) {
            return new ContactView(c.ref(), c.name(), uid, ContactState.CONNECTED, "");
        }
        String why = c.reason.isEmpty() ? "waiting for their handshake" : c.reason;
        return new ContactView(c.ref(), c.name(), uid, ContactState.HANDSHAKING, why);
    }

    /** Does what is still to be done for a contact, and at once: after a start, a change of the network, or when it was accepted. */
    void resume(Correspondent c) {
        introduce(c);
        if (!c.accepted()) {
            return;
        }
        c.retry.ifPresent(Registration::close);
        c.retry = Optional.empty();
        if (c.sending().isEmpty() && !c.handshakeUnderWay() && c.newest(false).filter(h -> !h.answered()).isPresent()) {
            c.lane.run(() -> c.sending().isPresent() ? Stages.done() : inbox.answerRequest(c))
                    .whenComplete((nothing, failure) -> {
                        if (failure != null) {
                            c.reason = "their handshake could not be answered: " + Stages.sentence(failure);
                        }
                        pursue(c);
                    });
        } else if (c.sending().isEmpty()) {
            pursue(c);
        }
    }

    /** Sees to it that a handshake of ours gets under way, if one is due. */
    void pursue(Correspondent c) {
        if (closed || c.fetchingMeta || c.retry.isPresent() || !handshakes.due(c)) {
            return;
        }
        Optional<MetaDirectory> directory = core.network().meta();
        Optional<Key> uid = core.network().keySpace().flatMap(c::uid);
        if (directory.isEmpty() || uid.isEmpty()) {
            c.reason = uid.isEmpty() ? "their link is for another key space" : "the meta service is not there";
            again(c);
            return;
        }
        c.fetchingMeta = true;
        core.patiently(() -> directory.get().fetch(uid.get())).whenComplete((meta, failure) -> {
            c.fetchingMeta = false;
            if (!closed) {
                Optional<MetaRecord> found = failure == null ? meta.filter(m -> isTheirs(c, m)) : Optional.empty();
                c.lane.run(() -> offer(c, uid.get(), found)).whenComplete((offered, problem) -> {
                    if (problem != null || !offered) {
                        c.reason = problem != null ? "the handshake failed: " + Stages.sentence(problem)
                                : "their meta has not been found yet";
                        again(c);
                    }
                });
            }
        });
    }

    /** They may not know this device yet: it shakes hands some time soon, not with everybody at once. */
    void present(Correspondent c) {
        if (closed || c.retry.isPresent() || !handshakes.due(c)) {
            return;
        }
        long nanos = (long) (PRESENTED_EACH.toNanos() * (1 + roster.known().size() * core.environment.random().nextDouble()));
        c.retry = Optional.of(core.environment.loop().schedule(Duration.ofNanos(nanos), () -> {
            c.retry = Optional.empty();
            pursue(c);
        }));
    }

    /** Somebody who wrote to us and has no name here yet is called as their meta says; until it is found, by their reference. */
    private void introduce(Correspondent c) {
        Optional<MetaDirectory> directory = core.network().meta();
        Optional<Key> uid = core.network().keySpace().flatMap(c::uid);
        boolean nameless = c.record().filter(r -> r.name().isEmpty() && r.accountKey().length > 0).isPresent();
        if (closed || !nameless || directory.isEmpty() || uid.isEmpty()) {
            return;
        }
        core.patiently(() -> directory.get().fetch(uid.get())).whenComplete((meta, failure) -> {
            if (failure != null) {
                core.counts.add("names_not_found"); // asked again when they are accepted, and after the next start
            } else if (!closed) {
                meta.filter(m -> isTheirs(c, m)).ifPresent(m -> c.lane.run(() -> learn(c, m)));
            }
        });
    }

    private boolean isTheirs(Correspondent c, MetaRecord meta) {
        boolean sameKey = Arrays.equals(Digests.sha512(meta.publicKey()), c.fingerprint.unsafeArray());
        return (sameKey || !core.defends(Defence.META_FINGERPRINT))
                && c.record().filter(r -> r.metaMillis() <= meta.timestampMillis()).isPresent();
    }

    /** With what their meta shows, else with what their last handshake showed; completes with whether there was either. */
    private CompletionStage<Boolean> offer(Correspondent c, Key uid, Optional<MetaRecord> meta) {
        if (meta.isPresent()) {
            MetaRecord m = meta.get();
            return learn(c, m)
                    .thenCompose(x -> offered(c, uid, m.prekeys(), m.dict().requireDict("content").requireList("suites")));
        }
        Optional<Handshake> last = c.newest(false).map(Handshakes::parse)
                .filter(h -> h.prekeys().expiresMillis() > core.now());
        return last.isEmpty()
                ? Stages.done(false)
                : offered(c, uid, last.get().prekeys(), last.get().dict().requireList("suites"));
    }

    private CompletionStage<Boolean> offered(Correspondent c, Key uid, Prekeys prekeys, List<BValue> suites) {
        return handshakes.offer(c, uid, prekeys, suites).thenApply(x -> {
            c.metaAttempts = 0;
            c.reason = "";
            return true;
        });
    }

    private CompletionStage<Void> learn(Correspondent c, MetaRecord meta) {
        ContactRecord r = c.recordOrNew(core.now());
        String name = r.name().isEmpty() ? shortened(meta.name()) : r.name();
        if (r.accountKey().length > 0 && name.equals(r.name()) && r.metaMillis() == meta.timestampMillis()) {
            return Stages.done();
        }
        return put(c, new ContactRecord(r.fingerprint(), name, r.link(), meta.publicKey(), r.credentials(), r.permit(), r.accepted(),
                meta.timestampMillis(), r.addedMillis()));
    }

    private void again(Correspondent c) {
        tell(c);
        int doublings = Math.min(c.metaAttempts++, 16);
        long nanos = Math.min(core.settings.retryMin().toNanos() << doublings, core.settings.retryMax().toNanos());
        Duration wait = Duration.ofNanos((long) (nanos * (0.5 + core.environment.random().nextDouble())));
        c.retry = Optional.of(core.environment.loop().schedule(wait, () -> {
            c.retry = Optional.empty();
            pursue(c);
        }));
    }
}
