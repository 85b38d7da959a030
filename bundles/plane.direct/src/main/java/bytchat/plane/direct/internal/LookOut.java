package bytchat.plane.direct.internal;

import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.presence.Presence.Sighting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Looks out for recipients whose mail waits on this node's disk: again and again, ever more rarely, and at once when one of their
 * devices shows up by itself. Used on the event loop.
 */
final class LookOut {
    /** Nobody is looked for more often than this, whatever shows up. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** One for whom nothing was tried for so long has no mail waiting any more: the outbox tries at least every minute. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final Parts parts;
    private final Devices devices;
    private final Consumer<Key> appeared;
    private final Map<Key, Awaited> awaited;
    private boolean closed;

    /** Somebody who is awaited. */
    private final class Awaited {
        private final Key uid;
        /** Not from when they have appeared until more waits; then looks go on as rarely: what is there may be of no use. */
        private boolean waiting;
        private Registration next = () -> { };
        private long wantedNanos;
        private long lookedNanos;
        private int looks;
        private boolean looking;

        private Awaited(Key uid) {
            this.uid = uid;
        }
    }

    /** @param appeared hears of each awaited user of whom a device can be reached now; that user is no longer awaited */
    LookOut(Parts parts, Devices devices, Consumer<Key> appeared) {
        this.parts = parts;
        this.devices = devices;
        this.appeared = appeared;
        int recipientsMax = parts.settings().recipientsMax();
        this.awaited = new Recent<>(recipientsMax);
    }

    int size() {
        return (int) awaited.values().stream().filter(one -> one.waiting).count();
    }

    /** Mail for this user waits. */
    void await(Key uid) {
        if (closed) {
            return;
        }
        Awaited one = awaited.computeIfAbsent(uid, Awaited::new);
        one.wantedNanos = parts.nanos();
        if (!one.waiting) {
            one.waiting = true;
            one.lookedNanos = parts.nanos();
            lookLater(one);
        }
    }

    /** Mail for this user has gone. */
    void over(Key uid) {
        Awaited one = awaited.remove(uid);
        if (one != null) {
            one.next.close();
        }
    }

    /** Something has come from this user, or from a node of theirs. */
    void sign(Key uid) {
        Awaited one = awaited.get(uid);
        if (one != null && one.waiting && !one.looking) {
            long since = parts.nanos() - one.lookedNanos;
            one.next.close();
            one.next = parts.environment().loop().schedule(
                    Duration.ofNanos(Math.max(0, PAUSE.toNanos() - since)), () -> look(one));
        }
    }

    void close() {
        closed = true;
        awaited.values().forEach(one -> one.next.close());
        awaited.clear();
    }

    private boolean stillAwaited(Awaited one) {
        return !closed && one.waiting && awaited.get(one.uid) == one;
    }

    private void lookLater(Awaited one) {
        DirectPlaneSettings settings = parts.settings();
        Duration wait = parts.jittered(Parts.doubled(settings.lookOutMin(), one.looks++, settings.lookOutMax()));
        one.next.close();
        one.next = parts.environment().loop().schedule(wait, () -> look(one));
    }

    private void look(Awaited one) {
        if (!stillAwaited(one) || one.looking) {
            return;
        }
        if (parts.nanos() - one.wantedNanos > FORGET_AFTER.toNanos()) {
            over(one.uid);
            return;
        }
        one.looking = true;
        one.lookedNanos = parts.nanos();
        devices.find(one.uid).thenAccept(sightings -> dial(one, sightings));
    }

    private void dial(Awaited one, List<Sighting> sightings) {
        List<CompletableFuture<?>> dials = new ArrayList<>();
        for (Sighting device : sightings) {
            dials.add(devices.dial(device).handle((peer, failure) -> {
                if (failure == null && stillAwaited(one)) {
                    one.waiting = false;
                    one.next.close();
                    appeared.accept(one.uid);
                }
                return null;
            }).toCompletableFuture());
        }
        CompletableFuture.allOf(dials.toArray(CompletableFuture[]::new)).thenRun(() -> {
            one.looking = false;
            if (stillAwaited(one)) {
                lookLater(one);
            }
        });
    }
}
