package bytchat.messaging.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.store.ChatRecord.CounterRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node has come to another key space (another hash): everybody has another user id there. Contacts, conversations and what was seen are
 * kept by fingerprint and stay. What is on its way was addressed by the old ids: messages are sealed again, under their old sequence numbers,
 * so that one which did arrive is not shown twice; handshakes and receipts are made anew. Permits name the old ids, so sessions only open
 * what comes from now on, and a handshake makes one to send on.
 *
 * <p>Done before any plane is attached, and whole: a start that is cut off does it again.
 */
final class Relocation {
    private static final Logger LOG = LoggerFactory.getLogger(Relocation.class);
    /** A counter's name: this, and the user id that everything on disk is addressed by. */
    private static final byte[] ADDRESSED_BY = "uid/".getBytes(StandardCharsets.US_ASCII);
    private static final int PAGE = 16;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Core core;
    private final Roster roster;
    private final Outbox outbox;
    private Optional<Key> arrived = Optional.empty();
    private boolean underWay;
    private int messages;
    private int contacts;

    Relocation(Core core, Roster roster, Outbox outbox) {
        this.core = core;
        this.roster = roster;
        this.outbox = outbox;
    }

    /**
     * Whether everything is addressed as this key space wants it, or there is none. If not, it is seen to.
     *
     * @param again is run on the event loop when it has been
     */
    boolean arrived(Runnable again) {
        Optional<KeySpace> keySpace = core.network().keySpace();
        if (keySpace.isEmpty() || arrived.equals(Optional.of(core.uid())) || !core.defends(Defence.RELOCATION)) {
            return true;
        }
        if (!underWay) {
            underWay = true;
            Key here = core.uid();
            Stages.call(() -> settle(here)).whenComplete((done, failure) -> {
                underWay = false;
                if (failure == null) {
                    arrived = Optional.of(here);
                    again.run();
                } else {
                    LOG.warn("The outbox of account {} cannot be addressed for this key space, trying again: {}", core.account.name(),
                            Stages.sentence(failure));
                    core.environment.loop().schedule(RETRY, again);
                }
            });
        }
        return false;
    }

    private CompletionStage<Void> settle(Key here) {
        CounterRecord mark = new CounterRecord(Names.of(ADDRESSED_BY, BBytes.of(here.unsafeArray())), core.now());
        List<CounterRecord> marks = new ArrayList<>();
        return core.ledger.each(CounterRecord.class, BBytes.of(ADDRESSED_BY), PAGE, marks::add).thenCompose(read -> {
            if (marks.size() == 1 && marks.get(0).name().equals(mark.name())) {
                return Stages.done();
            }
            messages = 0;
            contacts = 0;
            CompletionStage<Void> all = Stages.done();
            for (Correspondent c : roster.all()) {
                all = all.thenCompose(x -> c.lane.run(() -> move(c, here)));
            }
            return all.thenCompose(moved -> {
                Batch batch = new Batch();
                marks.forEach(earlier -> batch.remove(CounterRecord.class, earlier.name()));
                return core.ledger.commit(batch.put(mark));
            }).thenRun(() -> {
                if (contacts > 0) {
                    LOG.info("Account {} has another user id in this key space: {} messages are addressed anew, {} contacts are shaken hands"
                            + " with again; they are reached as far as they have come here too", core.account.name(), messages, contacts);
                }
            });
        });
    }

    /** In the contact's lane. */
    private CompletionStage<Void> move(Correspondent c, Key here) {
        boolean handshakeFromElsewhere = c.newest(true).filter(mine -> !isFrom(mine, here)).isPresent();
        long sealed = c.outgoing().values().stream().filter(o -> o.sealedElsewhere(here)).count();
        if (!handshakeFromElsewhere && sealed == 0) {
            return Stages.done();
        }
        messages += sealed;
        contacts++;
        Batch batch = new Batch();
        for (SessionRecord s : List.copyOf(c.sessions())) {
            if (s.sending()) {
                SessionRecord opens = new SessionRecord(s.contact(), s.suite(), s.id(), s.root(), s.atMillis(), s.sent(), false);
                batch.put(opens).then(() -> c.add(opens));
            }
        }
        for (HandshakeRecord mine : List.copyOf(c.handshakes(true))) {
            if (!mine.answered() && !isFrom(mine, here)) {
                batch.remove(HandshakeRecord.class, mine.key()).then(() -> c.remove(mine));
            }
        }
        return outbox.unseal(c, o -> o.sealedElsewhere(here)).thenCompose(x -> core.ledger.commit(batch));
    }

    private static boolean isFrom(HandshakeRecord mine, Key uid) {
        return BBytes.of(Handshakes.parse(mine).dict().requireBytes("from")).equals(BBytes.of(uid.unsafeArray()));
    }
}
