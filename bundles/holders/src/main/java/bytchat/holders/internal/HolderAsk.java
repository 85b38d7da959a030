package bytchat.holders.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.LinkException;
import bytchat.wire.CompactNodes;
import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One question to the holders of a key: a lookup, then a fan-out to the five nearest that can be linked and serve it.
 * Who cannot be linked, answers 204 or 404, or is a second id of a node key that has its place, is passed over for the
 * next.
 */
final class HolderAsk<T> {
    /** Some more than are needed, for those that are passed over. */
    private static final int LOOKUP_COUNT = Holders.COUNT + 3;
    /** Nearer nodes taken from one 404. */
    private static final int REFERRALS_MAX = 8;

    /** What a question needs from the node it is asked by. */
    record Context(
            LocalNode local,
            RpcEndpoint rpc,
            RoutingPlane routing,
            HolderSettings settings,
            HolderDefences defences,
            HolderStatistics statistics) {
    }

    private final Context context;
    private final Key key;
    private final Function<Peer, CompletionStage<T>> call;
    private final CompletableFuture<Replies<T>> result = new CompletableFuture<>();
    private final TreeSet<Contact> untried;
    private final Set<Key> known = new HashSet<>();
    private final Set<Key> usedKeys = new HashSet<>();
    private final List<Replies.Reply<T>> replies = new ArrayList<>();
    private final List<Replies.Failure> failures = new ArrayList<>();
    private String lookupShortcoming = "";
    private int places;
    private int running;
    private int tried;
    private boolean extended;

    HolderAsk(Context context, Key key, Function<Peer, CompletionStage<T>> call) {
        this.context = context;
        this.key = key;
        this.call = call;
        this.untried = new TreeSet<>((a, b) -> key.compareDistance(a.id(), b.id()));
    }

    CompletionStage<Replies<T>> start() {
        context.routing.lookup(key, LOOKUP_COUNT).thenAccept(found -> {
            if (found instanceof LookupResult.Failed failed) {
                lookupShortcoming = failed.reason();
            }
            found.nearest().forEach(this::learn);
            if (!context.local.readOnly()) {
                learnSelf();
            }
            fill();
        });
        return result;
    }

    private void learnSelf() {
        if (known.add(context.local.id())) {
            untried.add(new Contact(context.local.id(), context.local.endpoint()));
        }
    }

    private void learn(Contact contact) {
        boolean family = contact.address().getAddress() instanceof Inet6Address == context.settings.ipv6();
        if (family && known.size() < 2 * Holders.CANDIDATES_MAX && !contact.id().equals(context.local.id())
                && known.add(contact.id())) {
            untried.add(contact);
        }
    }

    /** Begins with the nearest untried ones until five places are taken. */
    private void fill() {
        while (places < Holders.COUNT && tried < Holders.CANDIDATES_MAX) {
            if (untried.isEmpty() && !extended) {
                extended = true;
                context.routing.closest(key, Holders.CANDIDATES_MAX).forEach(this::learn);
            }
            Contact next = untried.pollFirst();
            if (next == null) {
                break;
            }
            attempt(next);
        }
        if (running == 0 && !result.isDone()) {
            result.complete(new Replies<>(key, replies, failures, shortcoming()));
        }
    }

    private void attempt(Contact contact) {
        places++;
        running++;
        tried++;
        boolean self = contact.id().equals(context.local.id());
        CompletionStage<Peer> connection = self
                ? CompletableFuture.completedFuture(context.rpc.self())
                : context.rpc.connect(contact);
        connection.whenComplete((peer, failure) -> {
            if (failure != null) {
                unlinked(contact, unwrap(failure));
            } else if (context.defences.oneKeyOnePlace() && !usedKeys.add(Key.of(peer.nodeKey()))) {
                passOver();
            } else {
                ask(contact, peer);
            }
        });
    }

    private void unlinked(Contact contact, Throwable why) {
        boolean ourFault = why instanceof LinkException link && link.reason() == LinkException.Reason.OVERFLOW;
        if (!ourFault) {
            context.routing.reject(contact);
            context.statistics.unlinked.increment();
        }
        passOver();
    }

    private void ask(Contact contact, Peer peer) {
        CompletionStage<T> answer;
        try {
            answer = call.apply(peer);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                replies.add(new Replies.Reply<>(peer, value));
                settled();
            } else {
                failed(contact, peer, unwrap(failure));
            }
        });
    }

    private void failed(Contact contact, Peer peer, Throwable why) {
        int code = why instanceof RpcException rpc && rpc.kind() == RpcException.Kind.ANSWERED ? rpc.code() : 0;
        if (code == RpcException.NOT_A_HOLDER) {
            nearerThan(contact, ((RpcException) why).details());
            passOver();
        } else if (code == RpcException.METHOD_UNKNOWN) {
            passOver();
        } else {
            failures.add(new Replies.Failure(peer, why));
            settled();
        }
    }

    /** A 404 names nodes; only such as really are nearer are of interest. */
    private void nearerThan(Contact contact, BDict details) {
        List<Contact> named = new ArrayList<>();
        try {
            boolean ipv6 = context.settings.ipv6();
            byte[] nodes = details.bytes(ipv6 ? "nodes6" : "nodes").orElse(new byte[0]);
            CompactNodes.decode(nodes, key.bits() / 8, ipv6).stream()
                    .filter(node -> key.compareDistance(node.id(), contact.id()) < 0)
                    .limit(REFERRALS_MAX)
                    .forEach(named::add);
        } catch (BencodeException e) {
            // A garbled list names nobody; the 404 itself stands.
            context.statistics.garbled.increment();
        }
        named.forEach(this::learn);
        context.routing.suggest(named);
    }

    private void passOver() {
        context.statistics.passedOver.increment();
        places--;
        settled();
    }

    private void settled() {
        running--;
        fill();
    }

    private String shortcoming() {
        int found = replies.size() + failures.size();
        if (found >= Holders.COUNT) {
            return "";
        }
        if (found == 0 && !lookupShortcoming.isEmpty()) {
            return lookupShortcoming;
        }
        if (tried >= Holders.CANDIDATES_MAX) {
            return tried + " nodes were tried, " + found + " of them hold this key";
        }
        return "the network has " + found + " nodes that can hold this key";
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
