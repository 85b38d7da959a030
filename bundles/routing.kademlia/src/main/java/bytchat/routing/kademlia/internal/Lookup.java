package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.routing.kademlia.internal.Candidate.Progress;
import bytchat.routing.kademlia.internal.LookupPath.State;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/**
 * One iterative lookup (Maymounkov and Mazières 2002) on one or more disjoint paths (S/Kademlia, Baumgart and Mies 2007).
 * Each path asks the nearest candidates it knows, {@code alpha} at a time, for nearer ones, until the nearest
 * {@code count}, and at least k, that are not dead have all answered. Then the paths are laid together, and what is missing
 * among the nearest of all is asked as well. A stalled query frees its place, and its answer still counts.
 *
 * <p>Threats and answers: a liar that names endless candidates meets bounds on referrals, candidates and queries; ids
 * made up at one address cost no more than one, because each address is asked for one id only; a candidate counts as
 * found only after it has answered under its own id; liars that hide the true nodes behind one another spoil the paths
 * they are on, and no node is on two.
 */
final class Lookup {
    /** What a lookup needs from the node it runs in. */
    record Context(
            Environment environment,
            RpcEndpoint rpc,
            Referrals referrals,
            RoundTrips roundTrips,
            Unreachable unreachable,
            Sources sources,
            KademliaSettings settings,
            KademliaDefences defences,
            Predicate<Contact> excluded,
            Consumer<Answer> onAnswer,
            BiConsumer<Contact, Throwable> onFailure,
            DoubleSupplier nodesAtLeast) {
    }

    /** After so many times the stall nobody is waited for any more, or only who is rather slow than dead. */
    private static final int GIVE_UP_STALLS = 3;
    private static final int SLOW_STALLS = 8;
    /** Nodes that are asked for each key beside the target. */
    private static final int WIDENING_ASKS = 2;
    /**
     * So many times as many nodes as were found should be nearer than the farthest of them. With k = 8 that happens by
     * chance in 1 of 50 lookups; where a fifth of the nodes show only themselves, in 19 of 20.
     */
    private static final double SPARSE = 1.75;

    private final Context context;
    private final LookupRequest request;
    private final BDict question;
    private final long startedNanos;
    private final CompletableFuture<LookupResult> result = new CompletableFuture<>();
    private final LookupPaths paths;
    private final Widening widening;
    private final Set<InetSocketAddress> asked = new HashSet<>();
    private Registration deadline = () -> { };
    private int queries;
    private int answers;
    private int underWay;
    private int inquiries;
    private boolean stepping;

    Lookup(Context context, LookupRequest request) {
        this.context = context;
        this.request = request;
        this.question = context.referrals.question(request);
        this.startedNanos = context.environment.clock().nanoTime();
        int k = context.settings.bucketSize();
        int width = Math.max(request.count(), k);
        int number = request.paths() == 0 ? context.settings.lookup().paths() : request.paths();
        this.paths = new LookupPaths(
                request.target(), context.defences.disjointPaths() ? number : 1, width,
                context.settings.lookup().candidatesMax(), this::isUnreachable);
        this.widening = new Widening(request.target(), k, width);
    }

    /**
     * Begins.
     *
     * @param contacts  to begin with, nearest first
     * @param addresses to ask as well, whoever is there
     */
    CompletionStage<LookupResult> start(List<Contact> contacts, List<InetSocketAddress> addresses) {
        Duration limit = context.settings.lookup().time();
        deadline = context.environment.loop().schedule(
                limit, () -> finish("it took longer than " + limit.toSeconds() + " s"));
        if (contacts.stream().allMatch(this::isUnreachable)) {
            // It is rather we who could not be reached.
            context.unreachable.clear();
        }
        paths.begin(contacts.stream().filter(contact -> !context.excluded.test(contact)).toList());
        addresses.forEach(address -> askAddress(address, paths.any()));
        step();
        return result;
    }

    private boolean isUnreachable(Contact contact) {
        return context.unreachable.contains(contact.address(), nowNanos());
    }

    // ---- going on

    private void step() {
        if (result.isDone() || stepping) {
            return;
        }
        stepping = true;
        askNext();
        stepping = false;
        if (result.isDone()) {
            return;
        }
        if (!paths.going() && (underWay == 0 || answers > 0)) {
            if (paths.layTogether()) {
                step();
            } else {
                ending();
            }
        } else if (underWay == 0 && queries >= context.settings.lookup().queriesMax()) {
            finish("it needed more than " + context.settings.lookup().queriesMax() + " queries");
        }
    }

    /** The paths take turns. */
    private void askNext() {
        int alpha = context.settings.lookup().alpha();
        int atATime = context.roundTrips.atATime(paths.several() ? (alpha + 1) / 2 : alpha);
        boolean again = true;
        while (again) {
            again = false;
            for (LookupPath path : paths.paths()) {
                Candidate next = path.next(atATime);
                if (next != null && queries < context.settings.lookup().queriesMax() && !result.isDone()) {
                    ask(next, path);
                    again = true;
                }
            }
        }
    }

    /** The nearest have answered, or all but those that stall. */
    private void ending() {
        int before = queries;
        for (Key key : widening.next(paths.nearest())) {
            paths.answered(key).limit(WIDENING_ASKS).toList().forEach(candidate -> inquire(candidate, key));
        }
        if (queries != before || inquiries > 0 || paths.whole().state() != State.DONE) {
            return;
        }
        if (context.defences.plausibleDensity() && tooSparse() && paths.detour()) {
            step();
        } else {
            finish("");
        }
    }

    /** Asks one who has answered for the nodes near another key. */
    private void inquire(Candidate candidate, Key key) {
        if (queries >= context.settings.lookup().queriesMax()) {
            return;
        }
        queries++;
        underWay++;
        inquiries++;
        boolean[] open = {true};
        Runnable close = () -> {
            inquiries -= open[0] ? 1 : 0;
            open[0] = false;
        };
        Registration timer = after(context.roundTrips.stallNanos(), () -> {
            close.run();
            step();
        });
        context.rpc.query(candidate.contact(), LookupRequest.FIND_NODE, context.referrals.question(key))
                .whenComplete((answer, failure) -> {
                    timer.close();
                    underWay--;
                    close.run();
                    if (failure == null && !result.isDone()) {
                        learn(answer, candidate, paths.whole());
                    }
                    step();
                });
    }

    /**
     * Whether nearest nodes so far away are most unlikely in a network as large as earlier lookups saw it: then liars were on
     * all the paths, and hid the true nodes behind one another.
     */
    private boolean tooSparse() {
        List<Contact> nearest = nearestK();
        int k = context.settings.bucketSize();
        double expected = nearest.size() < k
                ? 0
                : context.nodesAtLeast.getAsDouble() * SizeEstimator.share(request.target(), nearest.get(k - 1).id());
        return expected > SPARSE * k;
    }

    // ---- asking

    private void ask(Candidate candidate, LookupPath path) {
        candidate.path(path);
        if (!asked.add(candidate.contact().address()) && context.defences.askAddressOnce()) {
            candidate.progress(Progress.FAILED, () -> { });
            return;
        }
        candidate.progress(Progress.ASKED, after(context.roundTrips.stallNanos(), () -> stalled(candidate)));
        send(candidate, request.method(), question);
    }

    private Registration after(long nanos, Runnable task) {
        return context.environment.loop().schedule(Duration.ofNanos(nanos), task);
    }

    /** A lost datagram must not lose a node that belongs to the result: who is near and stalls is asked once more. */
    private void stalled(Candidate candidate) {
        if (result.isDone()) {
            return;
        }
        if (candidate.credible()) {
            context.roundTrips.asked(false);
        }
        if (context.defences.sourceScores()) {
            candidate.sources().forEach(source -> source.referral(false));
        }
        long stallNanos = context.roundTrips.stallNanos();
        candidate.progress(Progress.STALLED, after((GIVE_UP_STALLS - 1) * stallNanos, () -> late(candidate, stallNanos)));
        if (queries < context.settings.lookup().queriesMax() && candidate.credible()
                && paths.pathOf(candidate.path()).isNear(candidate)) {
            send(candidate, request.method(), question);
        }
        step();
    }

    /** Where nearly all answer, one that several know is rather slow than dead. */
    private void late(Candidate candidate, long stallNanos) {
        if (candidate.wellKnown() && context.roundTrips.mostAnswer()) {
            candidate.progress(
                    Progress.STALLED, after((SLOW_STALLS - GIVE_UP_STALLS) * stallNanos, () -> giveUp(candidate)));
        } else {
            giveUp(candidate);
        }
    }

    private void giveUp(Candidate candidate) {
        candidate.progress(Progress.GIVEN_UP, () -> { });
        // Where nobody answers, it is perhaps we who are not reached.
        if (answers > 0) {
            context.unreachable.add(candidate.contact().address(), nowNanos(), candidate.askedAgain());
            candidate.sources().forEach(source -> context.sources.dead(source.contact().address()));
        }
        step();
    }

    private void send(Candidate candidate, String method, BDict arguments) {
        candidate.attempt();
        queries++;
        underWay++;
        context.rpc.query(candidate.contact(), method, arguments).whenComplete((answer, failure) -> {
            underWay--;
            if (failure == null) {
                answered(answer, candidate, method);
            } else {
                failed(candidate, method, Failures.cause(failure));
            }
            step();
        });
    }

    private void askAddress(InetSocketAddress address, LookupPath path) {
        if (!asked.add(address)) {
            return;
        }
        queries++;
        underWay++;
        context.rpc.query(address, request.method(), question).whenComplete((answer, failure) -> {
            underWay--;
            if (failure == null && !context.excluded.test(answer.from())) {
                Candidate candidate = paths.learn(answer.from(), 0, paths.pathOf(path));
                candidate.path(path);
                answered(answer, candidate, request.method());
            }
            step();
        });
    }

    // ---- answers

    private void answered(Answer answer, Candidate candidate, String method) {
        context.onAnswer.accept(answer);
        context.roundTrips.measured(answer.roundTripNanos());
        context.unreachable.remove(answer.from().address());
        if (candidate.is(Progress.ANSWERED)) {
            return;
        }
        candidate.progress(Progress.ANSWERED, () -> { });
        context.roundTrips.asked(true);
        for (Candidate source : candidate.sources()) {
            source.referral(true);
            context.sources.good(source.contact().address());
        }
        if (result.isDone()) {
            return;
        }
        answers++;
        learn(answer, candidate, paths.heirOf(candidate));
        if (method.equals(request.method()) && request.watcher().answered(answer.from(), answer.result())) {
            end((nearest, effort) -> new LookupResult.Satisfied(request.target(), nearest, effort));
        }
    }

    private void learn(Answer answer, Candidate source, LookupPath path) {
        for (Contact contact : context.referrals.in(answer.result(), answer.from().address())) {
            boolean another = paths.find(contact) == null && asked.contains(contact.address());
            if (!context.excluded.test(contact) && !(another && context.defences.askAddressOnce())) {
                paths.learn(contact, source.depth() + 1, path).namedBy(source);
            }
        }
    }

    private void failed(Candidate candidate, String method, Throwable failure) {
        if (!(failure instanceof RpcException why) || candidate.is(Progress.ANSWERED)) {
            return;
        }
        if (why.kind() == Kind.BUSY) {
            candidate.progress(Progress.FAILED, () -> { });
            finish(why.getMessage());
        } else if (why.kind() == Kind.ANSWERED && !method.equals(LookupRequest.FIND_NODE)) {
            // A node that does not serve this method knows others all the same.
            if (!result.isDone()) {
                send(candidate, LookupRequest.FIND_NODE, context.referrals.question(request.target()));
            }
        } else {
            if (why.kind() == Kind.WRONG_NODE) {
                candidate.sources().forEach(source -> context.sources.invented(source.contact().address()));
            }
            if (why.kind() != Kind.TIMEOUT) {
                candidate.progress(Progress.FAILED, () -> { });
            } else if (!candidate.is(Progress.GIVEN_UP) && !candidate.is(Progress.FAILED)) {
                giveUp(candidate);
            }
            context.onFailure.accept(candidate.contact(), why);
        }
    }

    // ---- ending

    /** Ends now with the best so far. */
    void cancel(String reason) {
        finish(reason);
    }

    private void finish(String shortcoming) {
        end((nearest, effort) -> {
            if (nearest.isEmpty()) {
                String why = queries == 0 ? "no other node is known" : "none of " + queries + " nodes answered";
                return new LookupResult.Failed(request.target(), effort, shortcoming.isEmpty() ? why : shortcoming);
            }
            return shortcoming.isEmpty()
                    ? new LookupResult.Converged(request.target(), nearest, effort)
                    : new LookupResult.Partial(request.target(), nearest, effort, shortcoming);
        });
    }

    /** Makes a result of what was found. */
    private interface Outcome {
        LookupResult of(List<Contact> nearest, Effort effort);
    }

    private void end(Outcome outcome) {
        if (result.isDone()) {
            return;
        }
        deadline.close();
        paths.all().stream().filter(candidate -> candidate.is(Progress.ASKED) || candidate.is(Progress.STALLED))
                .forEach(candidate -> candidate.progress(candidate.progress(), () -> { }));
        List<Candidate> found = paths.answered(request.target()).limit(request.count()).toList();
        int hops = found.stream().mapToInt(Candidate::depth).max().orElse(0);
        Effort effort = new Effort(queries, answers, hops, nowNanos() - startedNanos);
        result.complete(outcome.of(found.stream().map(Candidate::contact).toList(), effort));
    }

    /** The nearest k that answered, even if fewer were wanted. */
    List<Contact> nearestK() {
        return paths.answered(request.target()).limit(context.settings.bucketSize()).map(Candidate::contact).toList();
    }

    private long nowNanos() {
        return context.environment.clock().nanoTime();
    }
}
