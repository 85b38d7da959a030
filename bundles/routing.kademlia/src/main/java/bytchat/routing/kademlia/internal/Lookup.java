package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One iterative lookup. It asks the nearest candidates it knows, {@code alpha} at a time, for nearer ones, until the
 * nearest {@code count}, and at least k, that are not dead have all answered. A stalled query frees its place, and its
 * answer still counts.
 *
 * <p>Threats and answers: a liar that names endless candidates meets bounds on referrals, candidates and queries; ids
 * made up at one address cost no more than one, because each address is asked for one id only; a candidate counts as
 * found only after it has answered under its own id.
 */
final class Lookup {
    /** What a lookup needs from the node it runs in. */
    record Context(
            Environment environment,
            RpcEndpoint rpc,
            Referrals referrals,
            RoundTrips roundTrips,
            KademliaSettings settings,
            KademliaDefences defences,
            Predicate<Contact> excluded,
            Consumer<Answer> onAnswer,
            BiConsumer<Contact, Throwable> onFailure) {
    }

    private enum Progress {
        NEW,
        ASKED,
        STALLED,
        ANSWERED,
        FAILED
    }

    private final Context context;
    private final Key target;
    private final int count;
    private final int width;
    private final long startedNanos;
    private final CompletableFuture<LookupResult> result = new CompletableFuture<>();
    private final TreeSet<Candidate> candidates;
    private final Map<Contact, Candidate> known = new HashMap<>();
    private final Set<InetSocketAddress> asked = new HashSet<>();
    private Registration deadline = () -> { };
    private int queries;
    private int answers;
    private int active;
    private int underWay;

    Lookup(Context context, Key target, int count) {
        this.context = context;
        this.target = target;
        this.count = count;
        this.width = Math.max(count, context.settings.bucketSize());
        this.startedNanos = context.environment.clock().nanoTime();
        this.candidates = new TreeSet<>((a, b) -> {
            int order = target.compareDistance(a.contact.id(), b.contact.id());
            return order != 0 ? order : compare(a.contact.address(), b.contact.address());
        });
    }

    private static int compare(InetSocketAddress a, InetSocketAddress b) {
        int order = Arrays.compareUnsigned(a.getAddress().getAddress(), b.getAddress().getAddress());
        return order != 0 ? order : Integer.compare(a.getPort(), b.getPort());
    }

    /**
     * Begins.
     *
     * @param contacts  to begin with
     * @param addresses to ask as well, whoever is there
     */
    CompletableFuture<LookupResult> start(List<Contact> contacts, List<InetSocketAddress> addresses) {
        Duration limit = context.settings.lookupTime();
        deadline = context.environment.loop().schedule(
                limit, () -> finish("it took longer than " + limit.toSeconds() + " s"));
        contacts.forEach(contact -> learn(contact, 0));
        addresses.forEach(this::askAddress);
        step();
        return result;
    }

    private void learn(Contact contact, int depth) {
        if (known.containsKey(contact) || context.excluded.test(contact)
                || (context.defences.askAddressOnce() && asked.contains(contact.address()))) {
            return;
        }
        Candidate candidate = new Candidate(contact, depth);
        known.put(contact, candidate);
        candidates.add(candidate);
        if (candidates.size() > context.settings.candidatesMax()) {
            forget(candidates.last());
        }
    }

    /** Never one that answered or is being asked: those are few, and near. */
    private void forget(Candidate candidate) {
        if (candidate.progress == Progress.NEW) {
            candidates.remove(candidate);
            known.remove(candidate.contact);
        }
    }

    private void step() {
        if (result.isDone()) {
            return;
        }
        Candidate next = next();
        while (next != null && active < context.settings.alpha() && queries < context.settings.lookupQueriesMax()) {
            ask(next);
            next = next();
        }
        if (converged() || (underWay == 0 && next == null)) {
            finish("");
        } else if (underWay == 0) {
            finish("it needed more than " + context.settings.lookupQueriesMax() + " queries");
        }
    }

    /** The nearest one not yet asked among the nearest ones that may still answer soon. */
    private Candidate next() {
        int alive = 0;
        for (Candidate candidate : candidates) {
            if (candidate.progress == Progress.NEW) {
                return candidate;
            }
            if (candidate.progress == Progress.ASKED || candidate.progress == Progress.ANSWERED) {
                alive++;
            }
            if (alive >= width) {
                return null;
            }
        }
        return null;
    }

    private boolean converged() {
        int found = 0;
        for (Candidate candidate : candidates) {
            if (candidate.progress == Progress.ANSWERED) {
                found++;
            } else if (candidate.progress != Progress.FAILED) {
                return false;
            }
            if (found >= width) {
                return true;
            }
        }
        return false;
    }

    private void ask(Candidate candidate) {
        if (!asked.add(candidate.contact.address()) && context.defences.askAddressOnce()) {
            candidate.progress = Progress.FAILED;
            return;
        }
        candidate.progress = Progress.ASKED;
        active++;
        candidate.stall = context.environment.loop().schedule(
                Duration.ofNanos(context.roundTrips.stallNanos()), () -> stalled(candidate));
        send(candidate);
    }

    /** A lost datagram must not lose a node that belongs to the result: what stalls is sent once more. */
    private void stalled(Candidate candidate) {
        if (result.isDone() || candidate.progress != Progress.ASKED) {
            return;
        }
        candidate.progress = Progress.STALLED;
        active--;
        if (queries < context.settings.lookupQueriesMax()) {
            send(candidate);
        }
        step();
    }

    private void send(Candidate candidate) {
        queries++;
        underWay++;
        context.rpc.query(candidate.contact, Kademlia.FIND_NODE, context.referrals.question(target))
                .whenComplete((answer, failure) -> {
                    underWay--;
                    if (failure == null) {
                        answered(answer, candidate);
                    } else {
                        failed(candidate, failure);
                    }
                    step();
                });
    }

    private void answered(Answer answer, Candidate candidate) {
        boolean first = candidate.progress != Progress.ANSWERED;
        settle(candidate, Progress.ANSWERED);
        if (first) {
            learn(answer, candidate.depth);
        }
    }

    private void failed(Candidate candidate, Throwable failure) {
        if (candidate.progress != Progress.ANSWERED) {
            settle(candidate, Progress.FAILED);
            context.onFailure.accept(candidate.contact, failure);
        }
    }

    private void settle(Candidate candidate, Progress progress) {
        active -= candidate.progress == Progress.ASKED ? 1 : 0;
        candidate.stall.close();
        candidate.progress = progress;
    }

    private void askAddress(InetSocketAddress address) {
        if (!asked.add(address)) {
            return;
        }
        queries++;
        active++;
        underWay++;
        context.rpc.query(address, Kademlia.FIND_NODE, context.referrals.question(target))
                .whenComplete((answer, failure) -> {
                    underWay--;
                    active--;
                    if (failure == null && !context.excluded.test(answer.from())) {
                        Candidate candidate = known.computeIfAbsent(answer.from(), c -> new Candidate(c, 0));
                        candidates.add(candidate);
                        answered(answer, candidate);
                    }
                    step();
                });
    }

    private void learn(Answer answer, int depth) {
        answers++;
        context.onAnswer.accept(answer);
        context.referrals.in(answer.result(), answer.from().address()).forEach(contact -> learn(contact, depth + 1));
    }

    /** Ends now with the best so far. */
    void cancel(String reason) {
        finish(reason);
    }

    private void finish(String shortcoming) {
        if (result.isDone()) {
            return;
        }
        deadline.close();
        List<Candidate> found = candidates.stream()
                .filter(candidate -> candidate.progress == Progress.ANSWERED)
                .limit(count)
                .toList();
        List<Contact> nearest = found.stream().map(candidate -> candidate.contact).toList();
        int hops = found.stream().mapToInt(candidate -> candidate.depth).max().orElse(0);
        Effort effort = new Effort(queries, answers, hops, context.environment.clock().nanoTime() - startedNanos);
        if (nearest.isEmpty()) {
            String why = queries == 0 ? "no other node is known" : "none of " + queries + " nodes answered";
            result.complete(new LookupResult.Failed(target, effort, shortcoming.isEmpty() ? why : shortcoming));
        } else if (shortcoming.isEmpty()) {
            result.complete(new LookupResult.Converged(target, nearest, effort));
        } else {
            result.complete(new LookupResult.Partial(target, nearest, effort, shortcoming));
        }
    }

    private static final class Candidate {
        private final Contact contact;
        private final int depth;
        private Progress progress = Progress.NEW;
        private Registration stall = () -> { };

        Candidate(Contact contact, int depth) {
            this.contact = contact;
            this.depth = depth;
        }
    }
}
