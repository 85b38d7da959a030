package bytchat.presence.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Environment;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.presence.Presence.Sighting;
import bytchat.api.tracker.Binding;
import bytchat.wire.CompactNodes;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Verifier;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Finds a user's devices: asks the trackers of the UID and merges what they say.
 *
 * <p>Threat: trackers lie about where a device is, or hide it. Answer: every binding is verified and must have been
 * made for the very tracker that shows it; the endpoint that most trackers saw wins, and a tracker that shows a device
 * twice is heard once; one honest tracker is enough for a device to be found; and what is found there has to prove the binding's node key on a link anyway.
 */
final class Finder {
    /** Devices that one tracker lists for a user. */
    static final int BINDINGS_PER_TRACKER_MAX = 32;
    private static final long STALE_MILLIS = Binding.STALE_MINUTES * 60_000L;

    private final Environment environment;
    private final KeySpace keySpace;
    private final Holders holders;
    private final Verifier verifier;
    private final Set<FindCheck> checks;

    /** What one tracker says of one device. */
    private record Claim(byte[] tracker, Binding binding, InetSocketAddress endpoint, boolean reachable,
            long seenMillis) {
        BBytes device() {
            return BBytes.wrap(Digests.sha512_256(binding.credentials().certificate().deviceKey()));
        }
    }

    Finder(Environment environment, KeySpace keySpace, Holders holders, Verifier verifier, Set<FindCheck> checks) {
        this.environment = environment;
        this.keySpace = keySpace;
        this.holders = holders;
        this.verifier = verifier;
        this.checks = checks;
    }

    CompletionStage<List<Sighting>> find(Key uid) {
        return holders.ask(uid, peer -> peer.call("find_user", BDict.builder().put("target", uid.unsafeArray()).build())
                        .thenApply(answer -> claims(peer.nodeKey(), answer)))
                .thenCompose(replies -> environment.workers().submit(() -> verified(uid, replies)))
                .thenApply(this::merge);
    }

    private static List<Claim> claims(byte[] tracker, BDict answer) {
        List<BValue> bindings = answer.requireList("bindings");
        if (bindings.size() > BINDINGS_PER_TRACKER_MAX) {
            throw new BencodeException("more than " + BINDINGS_PER_TRACKER_MAX + " bindings");
        }
        List<Claim> claims = new ArrayList<>();
        for (BValue value : bindings) {
            if (!(value instanceof BDict entry)) {
                throw new BencodeException("a binding is a dictionary");
            }
            claims.add(new Claim(tracker, new Binding(entry.requireDict("bind")),
                    CompactNodes.address(entry.requireBytes("addr")), entry.requireInteger("reach") == 1,
                    entry.requireInteger("seen")));
        }
        return claims;
    }

    private List<Claim> verified(Key uid, Replies<List<Claim>> replies) {
        long now = environment.clock().millis();
        List<Claim> good = new ArrayList<>();
        for (Replies.Reply<List<Claim>> reply : replies.replies()) {
            Set<BBytes> shown = new HashSet<>();
            for (Claim claim : reply.value()) {
                boolean madeForIt = Arrays.equals(claim.binding().target(), uid.unsafeArray())
                        && Arrays.equals(claim.binding().tracker(), claim.tracker());
                if ((madeForIt || !checks.contains(FindCheck.MADE_FOR_IT))
                        && (claim.seenMillis() >= now - STALE_MILLIS || !checks.contains(FindCheck.STALE))
                        && verifier.binding(claim.binding(), keySpace).isEmpty()
                        && (shown.add(claim.device()) || !checks.contains(FindCheck.ONE_VOTE))) {
                    good.add(claim);
                }
            }
        }
        return good;
    }

    private List<Sighting> merge(List<Claim> claims) {
        Map<BBytes, List<Claim>> byDevice = new LinkedHashMap<>();
        // By what trackers say of when it was seen; the future counts as now, or a liar would always be first.
        long now = environment.clock().millis();
        claims.stream().sorted(Comparator.comparingLong((Claim claim) -> Math.min(now, claim.seenMillis())).reversed())
                .forEach(claim -> byDevice.computeIfAbsent(claim.device(), device -> new ArrayList<>()).add(claim));
        if (checks.contains(FindCheck.NEWEST_LIST)) {
            claims.stream().map(claim -> claim.binding().credentials().devices())
                    .max(Comparator.comparingLong(DeviceList::number))
                    .ifPresent(newest -> byDevice.keySet().removeIf(device -> !newest.allows(device.unsafeArray())));
        }
        return byDevice.entrySet().stream().map(entry -> sighting(entry.getKey(), entry.getValue())).toList();
    }

    private static Sighting sighting(BBytes device, List<Claim> claims) {
        Map<InetSocketAddress, Integer> votes = new HashMap<>();
        claims.forEach(claim -> votes.merge(claim.endpoint(), 1, Integer::sum));
        int most = votes.values().stream().max(Integer::compare).orElseThrow();
        Claim best = claims.stream().filter(claim -> votes.get(claim.endpoint()) == most).findFirst().orElseThrow();
        boolean reachable = claims.stream()
                .anyMatch(claim -> claim.reachable() && claim.endpoint().equals(best.endpoint()));
        int trackers = (int) claims.stream().map(claim -> BBytes.wrap(claim.tracker())).distinct().count();
        return new Sighting(
                device.toArray(), best.binding().node(), best.endpoint(), reachable, trackers, best.binding());
    }
}
