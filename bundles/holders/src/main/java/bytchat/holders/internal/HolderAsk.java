package bytchat.holders.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
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
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One question to the holders of a key: a lookup, then a fan-out to the nearest that can be linked and serve it.
 * Who cannot be linked, answers 204 or 404, or is a second id of a node key that has its place, is passed over for the
 * next.
 *
 * <p>Threats: one party that takes several places of a key; it has one for each node key and for each routable subnet,
 * the nearest of those that try. Nearer nodes named by a 404 that do not exist: not so many as there are candidates are
 * taken, and those that cannot be linked have a small budget of their own.
 */
final class HolderAsk<T> {
    /** Finds the nodes nearest the key. */
    interface Finder {
        CompletionStage<LookupResult> find(Key key, int count);

        /** A node that was found could not be linked, did not answer, or knows nearer ones. */
        void disproved(Key key);
    }

    /** Some more than are needed, for those that are passed over. */
    private static final int LOOKUP_MORE = 3;
    /** Nearer nodes taken from one 404. */
    private static final int REFERRALS_MAX = 8;
    /** Nodes named by 404s that are tried and cannot be linked. */
    static final int REFERRALS_UNLINKED_MAX = 8;

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
    private final Finder finder;
    private final Key key;
    private final int count;
    private final Function<Peer, CompletionStage<T>> call;
    private final CompletableFuture<Replies<T>> result = new CompletableFuture<>();
    private final TreeSet<Contact> untried;
    private final Set<Key> known = new HashSet<>();
    private final Set<Key> referred = new HashSet<>();
    private final Set<Key> usedKeys = new HashSet<>();
    private final Set<BBytes> usedSubnets = new HashSet<>();
    private final List<Replies.Reply<T>> replies = new ArrayList<>();
    private final List<Replies.Failure> failures = new ArrayList<>();
    private String lookupShortcoming = "";
    private int places;
    private int running;
    private int tried;
    private int referrals;
    private int referralsUnlinked;
    private boolean extended;

    HolderAsk(Context context, Finder finder, Key key, int count, Function<Peer, CompletionStage<T>> call) {
        this.context = context;
        this.finder = finder;
        this.key = key;
        this.count = count;
        this.call = call;
        this.untried = new TreeSet<>((a, b) -> key.compareDistance(a.id(), b.id()));
    }

    CompletionStage<Replies<T>> start() {
        Calls.begin(() -> finder.find(key, count + LOOKUP_MORE)).whenComplete((found, failure) -> step(() -> {
            if (failure != null) {
                lookupShortcoming = "the lookup failed: " + Failures.cause(failure);
            } else {
                if (found instanceof LookupResult.Failed failed) {
                    lookupShortcoming = failed.reason();
                }
                found.nearest().forEach(this::learn);
            }
            if (!context.local.readOnly()) {
                learnSelf();
            }
            fill();
        }));
        return result;
    }

    /** A fault of this node's own ends the question with what is there: whoever asked must not wait for ever. */
    private void step(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            result.complete(new Replies<>(key, replies, failures, "this node failed: " + e));
        }
    }

    private void learnSelf() {
        if (known.add(context.local.id())) {
            untried.add(new Contact(context.local.id(), context.local.endpoint()));
        }
    }

    /** Whether it is new, and possible. */
    private boolean learn(Contact contact) {
        boolean family = contact.address().getAddress() instanceof Inet6Address == context.settings.ipv6();
        if (family && known.size() < 2 * Holders.CANDIDATES_MAX && !contact.id().equals(context.local.id())
                && known.add(contact.id())) {
            return untried.add(contact);
        }
        return false;
    }

    private void learnReferred(Contact contact) {
        if (!context.defences.referralBudget()) {
            learn(contact);
        } else if (referrals < Holders.CANDIDATES_MAX && learn(contact)) {
            referrals++;
            referred.add(contact.id());
        }
    }

    /** Begins with the nearest untried ones until five places are taken. */
    private void fill() {
        while (places < count && tried < Holders.CANDIDATES_MAX) {
            Optional<Contact> next = nearestEligible();
            if (next.isEmpty() && !extended) {
                extended = true;
                context.routing.closest(key, Holders.CANDIDATES_MAX).forEach(this::learn);
                next = nearestEligible();
            }
            if (next.isEmpty()) {
                break;
            }
            untried.remove(next.get());
            attempt(next.get());
        }
        if (running == 0 && !result.isDone()) {
            result.complete(new Replies<>(key, replies, failures, shortcoming()));
        }
    }

    /** The others may become eligible: when their neighbour is passed over, when a referral has been linked. */
    private Optional<Contact> nearestEligible() {
        return untried.stream()
                .filter(contact -> referralsUnlinked < REFERRALS_UNLINKED_MAX || !referred.contains(contact.id()))
                .filter(contact -> subnet(contact.address()).map(subnet -> !usedSubnets.contains(subnet)).orElse(true))
                .findFirst();
    }

    private Optional<BBytes> subnet(InetSocketAddress address) {
        return context.defences.oneSubnetOnePlace() ? Subnet.of(address.getAddress()) : Optional.empty();
    }

    private void attempt(Contact contact) {
        places++;
        running++;
        if (referred.contains(contact.id())) {
            referralsUnlinked++; // until it is linked
        } else {
            tried++;
        }
        Optional<BBytes> subnet = subnet(contact.address());
        subnet.ifPresent(usedSubnets::add);
        boolean self = contact.id().equals(context.local.id());
        CompletionStage<Peer> connection = self
                ? CompletableFuture.completedFuture(context.rpc.self())
                : Calls.begin(() -> context.rpc.connect(contact));
        connection.whenComplete((peer, failure) -> step(() -> {
            if (failure != null) {
                unlinked(contact, Failures.cause(failure));
            } else {
                linked(contact, peer, subnet);
            }
        }));
    }

    private void linked(Contact contact, Peer peer, Optional<BBytes> expected) {
        if (referred.remove(contact.id())) {
            referralsUnlinked--;
            tried++;
        }
        // A link that came in may be from elsewhere than the contact says.
        Optional<BBytes> subnet = subnet(peer.address());
        if (!subnet.equals(expected)) {
            expected.ifPresent(usedSubnets::remove);
            if (subnet.isPresent() && !usedSubnets.add(subnet.get())) {
                passOver(Optional.empty());
                return;
            }
        }
        if (context.defences.oneKeyOnePlace() && !usedKeys.add(Key.of(peer.nodeKey()))) {
            passOver(subnet);
        } else {
            ask(contact, peer, subnet);
        }
    }

    private void unlinked(Contact contact, Throwable why) {
        boolean ourFault = why instanceof LinkException link && link.reason() == LinkException.Reason.OVERFLOW;
        if (!ourFault) {
            context.routing.reject(contact);
            context.statistics.unlinked.increment();
        }
        if (referred.remove(contact.id())) {
            known.remove(contact.id()); // who named it may have lied about its address only
        }
        passOver(subnet(contact.address()));
    }

    private void ask(Contact contact, Peer peer, Optional<BBytes> subnet) {
        Calls.begin(() -> call.apply(peer)).whenComplete((value, failure) -> step(() -> {
            if (failure == null) {
                replies.add(new Replies.Reply<>(peer, value));
                settled();
            } else {
                failed(contact, peer, subnet, Failures.cause(failure));
            }
        }));
    }

    private void failed(Contact contact, Peer peer, Optional<BBytes> subnet, Throwable why) {
        int code = why instanceof RpcException rpc && rpc.kind() == RpcException.Kind.ANSWERED ? rpc.code() : 0;
        if (code == RpcException.NOT_A_HOLDER) {
            nearerThan(contact, ((RpcException) why).details());
            passOver(subnet);
        } else if (code == RpcException.METHOD_UNKNOWN) {
            passOver(subnet);
        } else {
            if (code == 0) {
                finder.disproved(key); // it has gone
            }
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
        named.forEach(this::learnReferred);
        context.routing.suggest(named);
    }

    private void passOver(Optional<BBytes> subnet) {
        finder.disproved(key);
        context.statistics.passedOver.increment();
        subnet.ifPresent(usedSubnets::remove);
        places--;
        settled();
    }

    private void settled() {
        running--;
        fill();
    }

    private String shortcoming() {
        int found = replies.size() + failures.size();
        if (found >= count) {
            return "";
        }
        if (found == 0 && !lookupShortcoming.isEmpty()) {
            return lookupShortcoming;
        }
        if (tried >= Holders.CANDIDATES_MAX) {
            return tried + " nodes were tried, " + found + " of them hold this key";
        }
        return "only " + found + (found == 1 ? " node" : " nodes") + " of the network can hold this key";
    }
}
