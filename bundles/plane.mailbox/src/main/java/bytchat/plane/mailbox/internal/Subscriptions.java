package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Completions;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Keeps an account subscribed at the holders of its chat key, over links that hang.
 *
 * <p>Every round looks the holders up and subscribes at each, even where a subscription seems to stand: a holder that was restarted
 * behind a link that stayed open would else never push again, and what could not be taken at its first push is pushed once more. A
 * former holder stays subscribed while its link is open, because mail may still wait there.
 */
final class Subscriptions {
    private static final long REFRESH_JITTER_PERCENT = 10;
    private static final long BACK_OFF_JITTER_PERCENT = 50;
    private static final int DOUBLINGS_MAX = 16;
    private static final Duration YOUNG_NETWORK = Duration.ofSeconds(15);
    /** A link lost within this time after the last loss makes the wait before the next round double instead of begin anew. */
    private static final Duration CALM = Duration.ofMinutes(1);

    private final Environment environment;
    private final Account account;
    private final Key uid;
    private final Key chatKey;
    private final Holders holders;
    private final MailboxPlaneSettings settings;
    private final Supplier<String> nobody;
    private final Runnable changed;
    private final Map<BBytes, Held> held = new LinkedHashMap<>();
    private Registration next = () -> { };
    private long nextAtNanos = Long.MAX_VALUE;
    private long lastLossNanos;
    private int unhappy;
    private int roundsNotTaken;
    /** Rounds since one found more holders than the one before, while there are fewer than are wanted. */
    private int roundsSmall;
    private boolean notTaken;
    private boolean running;
    private boolean again;
    private boolean rounded;
    private boolean closed;
    private int others;
    private String reason = "looking for the holders of the mailbox";

    /** @param nobody says that there is no other holder */
    Subscriptions(Environment environment, Account account, Key uid, Key chatKey, Holders holders, MailboxPlaneSettings settings,
            Supplier<String> nobody, Runnable changed) {
        this.environment = environment;
        this.account = account;
        this.uid = uid;
        this.chatKey = chatKey;
        this.holders = holders;
        this.settings = settings;
        this.nobody = nobody;
        this.changed = changed;
        this.lastLossNanos = environment.clock().nanoTime() - CALM.toNanos();
    }

    void start() {
        round();
    }

    /**
     * Something could not be taken when it was pushed; the next round has it pushed once more. While rounds bring what cannot be taken
     * the pauses grow: one such envelope, which a stranger can send, must not have all mail pushed again every second.
     */
    void notTaken() {
        notTaken = true;
        if (!running) {
            schedule(pauseForNotTaken());
        }
    }

    private Duration pauseForNotTaken() {
        return jittered(doubled(roundsNotTaken, settings.refresh()), BACK_OFF_JITTER_PERCENT);
    }

    /** Another node has shown up: if there was none, it may be a holder. */
    void nodeSeen() {
        if (rounded && others == 0) {
            unhappy = 0; // its parts may not all have started: then soon again
            schedule(settings.retryMin());
        }
    }

    /** Where this account is subscribed, or about to be. */
    List<Peer> peers() {
        return held.values().stream().map(h -> h.peer).toList();
    }

    boolean includes(Peer peer) {
        return held.containsKey(BBytes.of(peer.nodeKey()));
    }

    /** Holders other than this node where the subscription stands. */
    int standing() {
        return (int) held.values().stream().filter(h -> h.standing && !h.peer.isSelf()).count();
    }

    /** Whether a first round has ended. */
    boolean rounded() {
        return rounded;
    }

    /** Why {@link #standing()} is less than it could be. */
    String reason() {
        return reason;
    }

    void close() {
        closed = true;
        next.close();
        List.copyOf(held.values()).forEach(this::drop);
    }

    private void round() {
        if (closed) {
            return;
        }
        if (running) {
            again = true;
            return;
        }
        running = true;
        roundsNotTaken = notTaken ? roundsNotTaken + 1 : 0;
        notTaken = false;
        next.close();
        nextAtNanos = Long.MAX_VALUE;
        // more than hold: a node that came back, such as this one, has pushed a holder out of the five, with our mail at it
        holders.ask(chatKey, Holders.RECEIVE_COUNT, this::subscribe).whenComplete((replies, failure) -> {
            running = false;
            if (closed) {
                return;
            }
            if (failure != null) {
                ended(new Replies<>(chatKey, List.of(), List.of(), "the lookup failed: " + failure.getMessage()));
            } else {
                ended(replies);
            }
        });
    }

    private void ended(Replies<Held> replies) {
        rounded = true;
        roundsSmall = replies.others() != others || replies.others() >= Holders.RECEIVE_COUNT ? 0 : roundsSmall + 1;
        others = replies.others();
        forgetFormer(replies);
        boolean happy = others > 0 && replies.failures().stream().allMatch(f -> f.peer().isSelf());
        reason = happy ? "" : reasonOf(replies);
        if (happy && environment.clock().nanoTime() - lastLossNanos >= CALM.toNanos()) {
            unhappy = 0;
        } else if (!happy) {
            unhappy++;
        }
        schedule(happy && !again ? jittered(refresh(), REFRESH_JITTER_PERCENT) : backOff());
        again = false;
        if (notTaken) {
            schedule(pauseForNotTaken());
        }
        changed.run();
    }

    /** A network that has too few nodes may be young: those who join it become holders of this mailbox, and are to be found soon. */
    private Duration refresh() {
        if (others >= Holders.RECEIVE_COUNT) {
            return settings.refresh();
        }
        Duration young = YOUNG_NETWORK.multipliedBy(1L << Math.min(roundsSmall, DOUBLINGS_MAX));
        return young.compareTo(settings.refresh()) < 0 ? young : settings.refresh();
    }

    private String reasonOf(Replies<Held> replies) {
        if (replies.others() == 0) {
            return nobody.get() + (replies.reason().isEmpty() ? "" : ": " + replies.reason());
        }
        return replies.failures().stream().filter(f -> !f.peer().isSelf()).findFirst()
                .map(f -> "a holder did not take the subscription: " + f.cause().getMessage()).orElse(replies.reason());
    }

    private CompletionStage<Held> subscribe(Peer peer) {
        if (closed) {
            return CompletableFuture.failedFuture(RpcException.failed(RpcException.Kind.CLOSED, "no longer attached"));
        }
        BBytes key = BBytes.of(peer.nodeKey());
        Held before = held.get(key);
        Held mine = before != null && before.peer == peer ? before : hold(key, peer, before);
        return peer.call("challenge", BDict.builder().put("target", uid.unsafeArray()).build())
                .thenCompose(answer -> peer.call("mailbox_subscribe", BDict.builder()
                        .put("sub", subscription(peer, answer.requireBytes("nonce", Challenges.NONCE_BYTES))).build()))
                .handle((answer, failure) -> {
                    if (failure == null) {
                        mine.standing = true;
                        return CompletableFuture.completedFuture(mine);
                    }
                    if (!mine.standing || !peer.open()) {
                        drop(mine);
                    }
                    return CompletableFuture.<Held>failedFuture(Failures.cause(failure));
                })
                .thenCompose(stage -> stage);
    }

    private Held hold(BBytes key, Peer peer, Held before) {
        if (before != null) {
            drop(before);
        }
        Held mine = new Held(key, peer, peer.hang());
        held.put(key, mine);
        mine.watching = Completions.whenDone(peer.closed(), () -> lost(mine));
        return mine;
    }

    private BDict subscription(Peer peer, byte[] nonce) {
        BDict unsigned = account.credentials().dict().with()
                .put("target", uid.unsafeArray())
                .put("holder", peer.nodeKey())
                .put("nonce", nonce)
                .put("ts", environment.clock().millis())
                .build();
        return Signed.with(unsigned, account.signAsDevice(Signed.message(Tag.SUBSCRIBE, unsigned)));
    }

    private void lost(Held lost) {
        if (held.get(lost.key) != lost) {
            return;
        }
        drop(lost);
        if (closed) {
            return;
        }
        long now = environment.clock().nanoTime();
        unhappy = now - lastLossNanos < CALM.toNanos() ? unhappy + 1 : 1;
        lastLossNanos = now;
        schedule(backOff());
        changed.run();
    }

    private void drop(Held gone) {
        held.remove(gone.key, gone);
        gone.watching.close();
        gone.hanging.close();
    }

    /** Former holders go when there are too many, the longest held first. */
    private void forgetFormer(Replies<Held> replies) {
        List<Peer> current = new ArrayList<>();
        replies.replies().forEach(r -> current.add(r.peer()));
        Iterator<Held> oldest = List.copyOf(held.values()).iterator();
        while (held.size() > settings.subscriptionsMax() && oldest.hasNext()) {
            Held candidate = oldest.next();
            if (!current.contains(candidate.peer)) {
                drop(candidate);
            }
        }
    }

    private void schedule(Duration delay) {
        if (closed) {
            return;
        }
        if (running) {
            again = true;
            return;
        }
        long at = environment.clock().nanoTime() + delay.toNanos();
        if (at < nextAtNanos) {
            next.close();
            nextAtNanos = at;
            next = environment.loop().schedule(delay, this::round);
        }
    }

    /** Doubling, between half and one and a half of the nominal wait, so that many devices do not come back at once. */
    private Duration backOff() {
        return jittered(doubled(Math.max(unhappy - 1, 0), settings.retryMax()), BACK_OFF_JITTER_PERCENT);
    }

    private Duration doubled(int times, Duration max) {
        return Duration.ofNanos(Math.min(settings.retryMin().toNanos() << Math.min(times, DOUBLINGS_MAX), max.toNanos()));
    }

    private Duration jittered(Duration nominal, long percent) {
        double factor = 1 + (environment.random().nextDouble() * 2 - 1) * percent / 100;
        return Duration.ofNanos((long) (nominal.toNanos() * factor));
    }

    /** A link that hangs for the sake of this account. */
    static final class Held {
        private final BBytes key;
        private final Peer peer;
        private final Registration hanging;
        private Registration watching = () -> { };
        private boolean standing;

        private Held(BBytes key, Peer peer, Registration hanging) {
            this.key = key;
            this.peer = peer;
            this.hanging = hanging;
        }
    }
}
