package bytchat.presence.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.env.Completions;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.holder.Challenges;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.tracker.Binding;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Keeps one device bound at the trackers of its UID, over links that hang. The trackers are looked up again every so
 * often, sooner while there are few, and soon (jittered, backing off) when a link is lost. Used on the event loop;
 * {@link #status()} from any thread.
 */
final class Announcement {
    private static final int BACK_OFF_DOUBLINGS_MAX = 16;
    /** A tracker that was restarted behind a link that stayed open has forgotten who hangs there. */
    private static final long RENEW_NANOS = Duration.ofMinutes(Binding.RENEW_MINUTES).toNanos();

    private final PresenceSettings settings;
    private final Environment environment;
    private final LocalNode node;
    private final Holders holders;
    private final Account account;
    private final Key uid;
    private final Map<Peer, Bound> bound = new HashMap<>();
    private Registration timer = () -> { };
    private boolean asking;
    private boolean closed;
    private boolean lostWhileAsking;
    private int retries;
    private volatile Status status = Status.of(State.JOINING, "looking for the trackers");

    /** Where the device is bound, as what, and since when. */
    private record Bound(Registration hanging, BDict credentials, boolean reachable, long sinceNanos) {
    }

    Announcement(PresenceSettings settings, Environment environment, LocalNode node, Holders holders, Account account) {
        this.settings = settings;
        this.environment = environment;
        this.node = node;
        this.holders = holders;
        this.account = account;
        this.uid = node.keySpace().uid(account.publicKey());
    }

    Status status() {
        return status;
    }

    String name() {
        return account.name();
    }

    void refresh() {
        if (asking || closed) {
            return;
        }
        asking = true;
        lostWhileAsking = false;
        timer.close();
        BDict credentials = account.credentials().dict();
        holders.ask(uid, peer -> keep(peer, credentials)).thenAccept(this::asked);
    }

    private CompletionStage<Boolean> keep(Peer peer, BDict credentials) {
        Bound already = bound.get(peer);
        if (already != null && peer.open() && already.credentials().equals(credentials)
                && environment.clock().nanoTime() - already.sinceNanos() < RENEW_NANOS) {
            return CompletableFuture.completedFuture(already.reachable());
        }
        return peer.call("challenge", BDict.builder().put("target", uid.unsafeArray()).build())
                .thenCompose(challenge -> peer.call("bind_tracker", BDict.builder()
                        .put("bind", bind(peer, credentials, challenge.requireBytes("nonce", Challenges.NONCE_BYTES)))
                                .build()))
                .thenApply(answer -> bound(peer, credentials, answer.requireInteger("reach") == 1));
    }

    private BDict bind(Peer peer, BDict credentials, byte[] nonce) {
        BDict unsigned = credentials.with()
                .put("target", uid.unsafeArray())
                .put("node", node.nodeKey().publicKey())
                .put("tracker", peer.nodeKey())
                .put("nonce", nonce)
                .put("port", node.endpoint().getPort())
                .put("ts", environment.clock().millis())
                .build();
        return Signed.with(unsigned, account.signAsDevice(Signed.message(Tag.BIND, unsigned)));
    }

    private boolean bound(Peer peer, BDict credentials, boolean reachable) {
        if (closed || !peer.open()) {
            return reachable;
        }
        Bound before = bound.get(peer);
        bound.put(peer, new Bound(before != null ? before.hanging() : hang(peer), credentials, reachable,
                environment.clock().nanoTime()));
        return reachable;
    }

    private Registration hang(Peer peer) {
        Registration hanging = peer.hang();
        Registration watching = Completions.whenDone(peer.closed(), () -> lost(peer));
        return () -> {
            watching.close();
            hanging.close();
        };
    }

    private void lost(Peer peer) {
        Bound before = bound.remove(peer);
        if (before == null || closed) {
            return;
        }
        before.hanging().close();
        if (asking) {
            lostWhileAsking = true;
        } else {
            publish("the link to a tracker was lost");
            again(backOff());
        }
    }

    private void asked(Replies<Boolean> replies) {
        asking = false;
        if (closed) {
            return;
        }
        if (!replies.replies().isEmpty()) {
            Set<Peer> still = new HashSet<>();
            replies.replies().forEach(reply -> still.add(reply.peer()));
            replies.failures().forEach(failure -> still.add(failure.peer()));
            List.copyOf(bound.keySet()).stream().filter(peer -> !still.contains(peer)).forEach(this::letGo);
        }
        publish(reason(replies));
        if (bound.isEmpty() || lostWhileAsking) {
            again(backOff());
        } else {
            retries = 0;
            again(jittered(bound.size() < Holders.COUNT ? settings.refreshSparse() : settings.refresh()));
        }
    }

    /** It is no longer one of the trackers: the link closes when nothing else hangs on it. */
    private void letGo(Peer peer) {
        bound.remove(peer).hanging().close();
    }

    private String reason(Replies<Boolean> replies) {
        List<Throwable> causes = replies.failures().stream().map(failure -> Failures.cause(failure.cause())).toList();
        return causes.stream().flatMap(cause -> wrongClock(cause).stream()).findFirst()
                .orElseGet(() -> causes.isEmpty() || !replies.reason().isEmpty()
                        ? replies.reason()
                        : "a tracker refused: " + causes.get(0).getMessage());
    }

    /** What to say if a tracker has refused because its clock and ours differ. */
    private Optional<String> wrongClock(Throwable cause) {
        // Not details().integer(): a tracker that sends something else must not end our announcing.
        if (!(cause instanceof RpcException refusal) || refusal.code() != RpcException.REFUSED
                || !(refusal.details().get("ts").orElse(null) instanceof BInteger theirs)) {
            return Optional.empty();
        }
        long aheadSeconds = (environment.clock().millis() - theirs.value()) / 1000;
        return Optional.of("this computer's clock is " + Math.abs(aheadSeconds) + " s "
                + (aheadSeconds > 0 ? "ahead of" : "behind") + " a tracker's: set it right");
    }

    private void again(Duration delay) {
        timer.close();
        timer = environment.loop().schedule(delay, this::refresh);
    }

    private Duration backOff() {
        long millis = settings.retryMin().toMillis() << Math.min(retries++, BACK_OFF_DOUBLINGS_MAX);
        return jittered(Duration.ofMillis(Math.min(millis, settings.retryMax().toMillis())));
    }

    /** Between half and one and a half times as long, so that many do not come back at once. */
    private Duration jittered(Duration delay) {
        return Duration.ofMillis((long) (delay.toMillis() * (0.5 + environment.random().nextDouble())));
    }

    private void publish(String reason) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("uid", uid.hex());
        facts.put("trackers_bound", bound.size());
        facts.put("trackers_that_reached_us", bound.values().stream().filter(Bound::reachable).count());
        facts.put("reason", reason);
        // A tracker of our own tells nobody who does not ask this very node.
        boolean byOthers = bound.keySet().stream().anyMatch(peer -> !peer.isSelf());
        status = byOthers
                ? Status.ready(facts)
                : new Status(State.WAITING, reason.isEmpty() ? "no other tracker was found" : reason, facts);
    }

    void close() {
        closed = true;
        timer.close();
        List.copyOf(bound.keySet()).forEach(this::letGo);
        status = Status.of(State.OFF, "no longer announced");
    }
}
