package bytchat.plane.direct.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.Dispatch;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Hands envelopes to the devices of their recipients, to all of them at once, and remembers which device has which: sent again, an
 * envelope goes only to those that lack it. Used on the event loop.
 */
final class Deliveries {
    private static final Duration RETRY_AFTER_REFUSAL = Duration.ofMinutes(1);
    private static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);

    private final Parts parts;
    private final Devices devices;
    private final Map<BBytes, Delivery> deliveries;
    private long handed;

    /** What became of one copy of an envelope. */
    private static final class Delivery {
        private final Set<BBytes> has = new HashSet<>();
        private final Map<BBytes, CompletionStage<Void>> underWay = new HashMap<>();
    }

    Deliveries(Parts parts, Devices devices) {
        this.parts = parts;
        this.devices = devices;
        this.deliveries = new Recent<>(parts.settings().handedMax());
    }

    /** Envelopes that devices have taken, each device counted. */
    long handed() {
        return handed;
    }

    /** Neither throws nor fails. */
    CompletionStage<Dispatch> send(Envelope envelope) {
        if (envelope.to().length * 8 != parts.keySpace().bits()) {
            return CompletableFuture.completedFuture(new Dispatch.Refused(RpcException.PROTOCOL,
                    "the recipient's id is none of key space " + parts.keySpace().name(), RETRY_AFTER_MAX));
        }
        return devices.of(Key.of(envelope.to())).thenCompose(sightings -> fanOut(envelope, sightings));
    }

    private CompletionStage<Dispatch> fanOut(Envelope envelope, List<Sighting> sightings) {
        Delivery delivery = deliveries.computeIfAbsent(Copies.name(envelope), name -> new Delivery());
        Map<BBytes, Throwable> failures = new LinkedHashMap<>();
        CompletableFuture<Dispatch> result = new CompletableFuture<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Sighting device : sightings) {
            BBytes id = BBytes.of(device.deviceId());
            if (!delivery.has.contains(id)) {
                all.add(hand(delivery, envelope, device).handle((nothing, failure) -> {
                    if (failure != null) {
                        failures.put(id, Failures.cause(failure));
                    } else if (!result.isDone()) {
                        parts.environment().loop().schedule(parts.settings().settle(),
                                () -> result.complete(outcome(delivery, sightings, failures)));
                    }
                    return null;
                }).toCompletableFuture());
            }
        }
        Registration limit = parts.environment().loop().schedule(parts.settings().reach(),
                () -> result.complete(outcome(delivery, sightings, failures)));
        result.whenComplete((dispatch, failure) -> limit.close());
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenRun(() -> result.complete(outcome(delivery, sightings, failures)));
        return result;
    }

    private CompletionStage<Void> hand(Delivery delivery, Envelope envelope, Sighting device) {
        BBytes id = BBytes.of(device.deviceId());
        CompletionStage<Void> underWay = delivery.underWay.get(id);
        if (underWay != null) {
            return underWay;
        }
        CompletableFuture<Void> handing = new CompletableFuture<>();
        delivery.underWay.put(id, handing);
        devices.link(device).thenCompose(peer -> hand(envelope, peer)).whenComplete((nothing, failure) -> {
            delivery.underWay.remove(id, handing);
            if (failure == null) {
                delivery.has.add(id);
                handed++;
                handing.complete(null);
            } else {
                handing.completeExceptionally(Failures.cause(failure));
            }
        });
        return handing;
    }

    private CompletionStage<Void> hand(Envelope envelope, Peer peer) {
        return peer.call("direct_message", BDict.builder().put("env", envelope.dict()).build())
                .thenAccept(answer -> devices.talked(peer));
    }

    private Dispatch outcome(Delivery delivery, List<Sighting> sightings, Map<BBytes, Throwable> failures) {
        int known = Devices.listed(sightings);
        int have = (int) sightings.stream().filter(s -> delivery.has.contains(BBytes.of(s.deviceId()))).count();
        if (have > 0) {
            return new Dispatch.Handed(have, known);
        }
        List<RpcException> refusals = failures.values().stream().filter(RpcException.class::isInstance)
                .map(RpcException.class::cast)
                .filter(e -> e.code() == RpcException.REFUSED || e.code() == RpcException.QUOTA).toList();
        if (!refusals.isEmpty() && refusals.size() == failures.size()) {
            RpcException first = refusals.get(0);
            Duration after = refusals.stream().map(Deliveries::retryAfter).min(Duration::compareTo).orElse(RETRY_AFTER_REFUSAL);
            return new Dispatch.Refused(first.code(), first.getMessage(), after);
        }
        return new Dispatch.Waiting(0, known, reason(sightings, known, failures));
    }

    private String reason(List<Sighting> sightings, int known, Map<BBytes, Throwable> failures) {
        if (sightings.isEmpty()) {
            return "they are not announced anywhere: it goes when a device of theirs appears";
        }
        String none = known == 1 ? "their device cannot be reached" : "none of their " + known + " devices can be reached";
        String why = failures.isEmpty() ? ": no answer yet" : ": " + failures.values().iterator().next().getMessage();
        if (sightings.stream().anyMatch(Sighting::reachable)) {
            return none + why;
        }
        return none + (parts.node().readOnly()
                ? ": nobody can dial them from outside, and nobody can dial this node; only the mailbox plane can serve both of you"
                : ": nobody can dial them from outside; it goes when they link to this node" + why);
    }

    /** What a device asks for, within reason: it must not be able to silence us. */
    private static Duration retryAfter(RpcException refusal) {
        try {
            long seconds = refusal.details().integer("retry_after_s").orElse(RETRY_AFTER_REFUSAL.toSeconds());
            return Duration.ofSeconds(Math.max(1, Math.min(seconds, RETRY_AFTER_MAX.toSeconds())));
        } catch (BencodeException e) {
            return RETRY_AFTER_REFUSAL;
        }
    }
}
