package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.plane.DeliveryPlane.Inbound;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One account's other devices: looks this account itself up at every refresh, links to each other device found, and keeps what each link
 * has proven. Also learns so whether this device is announced. Used on the event loop.
 *
 * <p>If both introduce themselves at once, the one with the smaller node key goes on. Where that does not decide it, because each was done
 * before it heard of the other, each goes by what it heard last; questions are answered on every link that a sibling has proven itself on,
 * so they need not agree which.
 */
final class Siblings {
    private static final int REFRESH_JITTER_PERCENT = 10;
    private static final Duration AFTER_LOSS = Duration.ofSeconds(2);

    private final Parts parts;
    private final Devices devices;
    private final Account account;
    private final Key uid;
    private final Inbound inbound;
    private final Runnable changed;
    private final Introductions introductions;
    private final Map<BBytes, SiblingLink> current = new HashMap<>();
    private final Map<Peer, BBytes> proven = new HashMap<>();
    private final Map<Peer, CompletableFuture<Void>> introducing = new HashMap<>();
    private Registration next = () -> { };
    private Optional<Sighting> self = Optional.empty();
    private boolean looking;
    private boolean looked;
    private boolean closed;
    private int failures;
    private String problem = "";

    Siblings(Parts parts, Devices devices, Account account, Key uid, Inbound inbound, Runnable changed) {
        this.parts = parts;
        this.devices = devices;
        this.account = account;
        this.uid = uid;
        this.inbound = inbound;
        this.changed = changed;
        this.introductions = new Introductions(parts, account, uid);
    }

    void start() {
        look();
    }

    /** Where trackers say that this device is; empty if none does. */
    Optional<Sighting> self() {
        return self;
    }

    /** Whether a first look has ended. */
    boolean looked() {
        return looked;
    }

    int count() {
        return current.size();
    }

    /** Why another device that was found is no sibling; empty if there is none such. */
    String problem() {
        return problem;
    }

    void close() {
        closed = true;
        next.close();
        List.copyOf(current.values()).forEach(SiblingLink::end);
        current.clear();
        proven.clear();
    }

    // ---- looking

    private void look() {
        if (closed || looking) {
            return;
        }
        looking = true;
        next.close();
        List.copyOf(current.values()).stream().filter(link -> introductions.revoked(link.deviceId())).forEach(this::drop);
        devices.find(uid).thenCompose(this::introduceAll).whenComplete((problems, failure) -> {
            looking = false;
            looked = true;
            problem = failure != null ? Failures.cause(failure).getMessage() : problems.stream().findFirst().orElse("");
            if (!closed) {
                lookLater(self.isPresent() && problem.isEmpty());
                changed.run();
            }
        });
    }

    private void lookLater(boolean content) {
        DirectPlaneSettings settings = parts.settings();
        if (content) {
            failures = 0;
            double factor = 1 + (parts.environment().random().nextDouble() * 2 - 1) * REFRESH_JITTER_PERCENT / 100;
            lookIn(Duration.ofNanos((long) (settings.refresh().toNanos() * factor)));
        } else {
            Duration longest = self.isPresent() ? settings.refresh() : settings.retryMax();
            lookIn(parts.jittered(Parts.doubled(settings.retryMin(), failures++, longest)));
        }
    }

    private void lookIn(Duration delay) {
        next.close();
        next = parts.environment().loop().schedule(delay, this::look);
    }

    /** Completes with why devices that were found are not siblings now. */
    private CompletionStage<List<String>> introduceAll(List<Sighting> sightings) {
        self = sightings.stream().filter(s -> Arrays.equals(s.deviceId(), account.deviceId())).findFirst();
        changed.run();
        List<String> problems = new ArrayList<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Sighting device : sightings) {
            // A device that was on this node before stays listed for a while.
            boolean other = !Arrays.equals(device.deviceId(), account.deviceId())
                    && !Arrays.equals(device.nodeKey(), parts.node().nodeKey().publicKey());
            if (other && !current.containsKey(BBytes.of(device.deviceId())) && !introductions.revoked(device.deviceId())) {
                all.add(devices.dial(device).thenCompose(peer -> introduce(peer, device)).handle((nothing, failure) -> {
                    if (failure != null) {
                        problems.add("another device of this account: " + Failures.cause(failure).getMessage());
                    }
                    return null;
                }).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(nothing -> problems);
    }

    private CompletionStage<Void> introduce(Peer peer, Sighting sighting) {
        if (current.containsKey(BBytes.of(sighting.deviceId()))) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> underWay = introducing.get(peer);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<Void> introduction = new CompletableFuture<>();
        introducing.put(peer, introduction);
        introductions.introduce(peer).whenComplete((device, failure) -> {
            introducing.remove(peer, introduction);
            if (failure == null) {
                established(peer, device);
                introduction.complete(null);
            } else {
                introduction.completeExceptionally(Failures.cause(failure));
            }
        });
        return introduction;
    }

    // ---- being looked for

    /** Serves {@code direct_sibling}. */
    CompletionStage<BDict> introduced(Peer peer, SiblingProof proof) {
        boolean ours = introducing.keySet().stream().anyMatch(other -> Arrays.equals(other.nodeKey(), peer.nodeKey()));
        if (ours && Arrays.compareUnsigned(parts.node().nodeKey().publicKey(), peer.nodeKey()) < 0) {
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.QUOTA, "this device is introducing itself to you",
                    BDict.builder().put("retry_after_s", 1).build()));
        }
        return introductions.introduced(peer, proof).thenApply(theirs -> {
            // after the answer, so that the other end knows us before we ask it anything
            parts.environment().loop().execute(() -> established(peer, theirs.deviceId()));
            return theirs.answer();
        });
    }

    /** Serves {@code direct_sync}. */
    CompletionStage<BDict> asked(Peer peer, BDict question) {
        CompletableFuture<Void> introduction = introducing.get(peer);
        if (introduction != null) {
            // It has heard our proof, and its own is being checked here.
            return introduction.handle((nothing, failure) -> null).thenCompose(nothing -> answered(peer, question));
        }
        return answered(peer, question);
    }

    private CompletionStage<BDict> answered(Peer peer, BDict question) {
        SiblingLink link = Optional.ofNullable(proven.get(peer)).map(current::get).orElse(null);
        if (link == null) {
            return CompletableFuture.failedFuture(
                    RpcException.answered(RpcException.NOT_BOUND, "no device of this account has proven itself on this link"));
        }
        if (introductions.revoked(link.deviceId())) {
            drop(link);
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.REFUSED, "the device is revoked"));
        }
        return link.asked(question);
    }

    // ---- both

    private void established(Peer peer, byte[] deviceId) {
        if (closed || !peer.open()) {
            return;
        }
        BBytes device = BBytes.of(deviceId);
        SiblingLink link = new SiblingLink(deviceId, uid, peer);
        SiblingLink before = current.put(device, link);
        if (proven.put(peer, device) == null) {
            peer.closed().thenRun(() -> proven.remove(peer));
        }
        if (before != null) {
            before.end();
        }
        link.closed().thenRun(() -> lost(device, link));
        inbound.sibling(link);
        changed.run();
    }

    private void lost(BBytes device, SiblingLink link) {
        if (current.remove(device, link) && !closed) {
            lookIn(parts.jittered(AFTER_LOSS));
            changed.run();
        }
    }

    private void drop(SiblingLink link) {
        proven.values().removeIf(device -> device.equals(BBytes.of(link.deviceId())));
        link.end();
    }
}
