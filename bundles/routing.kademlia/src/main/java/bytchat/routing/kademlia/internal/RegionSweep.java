package bytchat.routing.kademlia.internal;

import bytchat.api.env.Clock;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.routing.Region;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Finds every node of a region of the key space, in the way of go-libp2p-kad-dht's provider sweep. A lookup of one key
 * finds the nearest nodes; how far they reach tells which subtree around the key is now known. What lies beside it in the
 * region, a subtree for each bit between, is looked up next, and so on.
 *
 * <p>Bounds: nodes, lookups, and lookups under way at a time; where one is met, the region is not complete.
 */
final class RegionSweep {
    private static final int AT_A_TIME = 4;

    private final Function<LookupRequest, CompletionStage<LookupResult>> lookup;
    private final Clock clock;
    private final int count;
    private final int lookupsMax;
    private final Key prefix;
    private final int bits;
    private final long startedNanos;
    private final CompletableFuture<Region> result = new CompletableFuture<>();
    private final TreeMap<Key, Contact> found = new TreeMap<>();
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private boolean complete = true;
    private boolean stepping;
    private int lookups;
    private int underWay;
    private int queries;
    private int answers;
    private int hops;

    /** The keys that share the first {@code bits} bits of {@code key}. */
    private record Part(Key key, int bits) {
        boolean contains(Key other) {
            return key.commonPrefixBits(other) >= bits;
        }
    }

    /** @param count nodes that a lookup finds reliably: k, as many as an answer names */
    RegionSweep(
            Function<LookupRequest, CompletionStage<LookupResult>> lookup,
            Clock clock,
            int count,
            int lookupsMax,
            Key prefix,
            int bits) {
        if (bits < 0 || bits > prefix.bits()) {
            throw new IllegalArgumentException("a prefix has 0 to " + prefix.bits() + " bits, not " + bits);
        }
        this.lookup = lookup;
        this.clock = clock;
        this.count = count;
        this.lookupsMax = lookupsMax;
        this.prefix = prefix;
        this.bits = bits;
        this.startedNanos = clock.nanoTime();
    }

    CompletionStage<Region> start() {
        parts.push(new Part(prefix, bits));
        step();
        return result.minimalCompletionStage();
    }

    /** Depth first, so that few parts wait. */
    private void step() {
        if (stepping) {
            return;
        }
        stepping = true;
        while (underWay < AT_A_TIME && !parts.isEmpty()) {
            if (lookups >= lookupsMax || found.size() > Region.NODES_MAX) {
                complete = false;
                parts.clear();
            } else {
                lookUp(parts.pop());
            }
        }
        stepping = false;
        if (underWay == 0 && parts.isEmpty()) {
            finish();
        }
    }

    private void lookUp(Part part) {
        lookups++;
        underWay++;
        lookup.apply(LookupRequest.nodes(part.key, count)).thenAccept(nodes -> {
            underWay--;
            lookedUp(part, nodes);
            step();
        });
    }

    private void lookedUp(Part part, LookupResult nodes) {
        queries += nodes.effort().queries();
        answers += nodes.effort().answers();
        hops = Math.max(hops, nodes.effort().hops());
        Part region = new Part(prefix, bits);
        nodes.nearest().stream().filter(contact -> region.contains(contact.id()))
                .forEach(contact -> found.put(contact.id(), contact));
        if (!(nodes instanceof LookupResult.Converged)) {
            complete = false;
            return;
        }
        boolean allOfIt = nodes.nearest().size() < count
                || nodes.nearest().stream().anyMatch(contact -> !part.contains(contact.id()));
        if (!allOfIt) {
            int shared = nodes.nearest().stream()
                    .mapToInt(contact -> part.key.commonPrefixBits(contact.id())).min().orElseThrow();
            // All that share more are known: they are nearer than the farthest of these.
            for (int bit = part.bits; bit <= shared; bit++) {
                parts.push(new Part(beside(part.key, bit), bit + 1));
            }
        }
    }

    /** The key with this bit turned: it begins the subtree that branches off there. */
    private static Key beside(Key key, int bit) {
        byte[] bytes = key.toArray();
        bytes[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
        return Key.of(bytes);
    }

    private void finish() {
        List<Contact> nodes = found.values().stream().limit(Region.NODES_MAX).toList();
        result.complete(new Region(
                prefix, bits, nodes, complete && found.size() <= Region.NODES_MAX,
                new Effort(queries, answers, hops, clock.nanoTime() - startedNanos)));
    }
}
