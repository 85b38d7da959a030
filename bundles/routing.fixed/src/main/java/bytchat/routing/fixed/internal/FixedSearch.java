package bytchat.routing.fixed.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.routing.Search;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the nearest members until as many as are wanted have answered: who is dead is passed over for the next. */
final class FixedSearch implements Search {
    private final Environment environment;
    private final RpcEndpoint rpc;
    private final FixedSettings settings;
    private final LookupRequest request;
    private final BDict question;
    private final Deque<Member> untried;
    private final Set<Member> askedTwice = new HashSet<>();
    private final List<Contact> answered = new ArrayList<>();
    private final CompletableFuture<LookupResult> result = new CompletableFuture<>();
    private final long startedNanos;
    private Registration deadline = () -> { };
    private int queries;
    private int underWay;

    /** @param members those that may be asked, nearest first */
    FixedSearch(Environment environment, RpcEndpoint rpc, FixedSettings settings, LookupRequest request, BDict question,
            Collection<Member> members) {
        this.environment = environment;
        this.rpc = rpc;
        this.settings = settings;
        this.request = request;
        this.question = question;
        this.untried = new ArrayDeque<>(members);
        this.startedNanos = environment.clock().nanoTime();
    }

    @Override
    public CompletionStage<LookupResult> result() {
        return result.minimalCompletionStage();
    }

    FixedSearch start() {
        deadline = environment.loop().schedule(settings.searchTime(),
                () -> cancel("it took longer than " + settings.searchTime().toSeconds() + " s"));
        step();
        return this;
    }

    @Override
    public void cancel(String reason) {
        end(answered.isEmpty()
                ? new LookupResult.Failed(request.target(), effort(), reason)
                : new LookupResult.Partial(request.target(), nearest(), effort(), reason));
    }

    private void step() {
        while (!result.isDone() && underWay < settings.parallel() && answered.size() + underWay < request.count()
                && !untried.isEmpty()) {
            Member next = untried.poll();
            if (next.alive()) { // or rejected, or found dead by another lookup, since this one began
                ask(next);
            }
        }
        if (underWay == 0) {
            end(!answered.isEmpty()
                    ? new LookupResult.Converged(request.target(), nearest(), effort())
                    : new LookupResult.Failed(request.target(), effort(), queries == 0
                            ? "no other node is known"
                            : "none of " + queries + " queries was answered"));
        }
    }

    private void ask(Member member) {
        queries++;
        underWay++;
        rpc.query(member.contact().orElseThrow(), request.method(), question).whenComplete((answer, failure) -> {
            underWay--;
            if (failure == null) {
                answered(member, answer);
            } else {
                failed(member, Failures.cause(failure));
            }
            step();
        });
    }

    private void answered(Member member, Answer answer) {
        member.measured(answer.roundTripNanos());
        if (result.isDone()) {
            return;
        }
        answered.add(answer.from());
        if (request.watcher().answered(answer.from(), answer.result())) {
            end(new LookupResult.Satisfied(request.target(), nearest(), effort()));
        }
    }

    /** A single lost datagram must not lose a node that belongs to the result. */
    private void failed(Member member, Throwable why) {
        boolean refused = why instanceof RpcException rpcFailure && rpcFailure.kind() == RpcException.Kind.ANSWERED;
        if (!refused) {
            member.failed();
            if (askedTwice.add(member)) {
                untried.addFirst(member);
            }
        }
    }

    private void end(LookupResult outcome) {
        deadline.close();
        result.complete(outcome);
    }

    private List<Contact> nearest() {
        return answered.stream().sorted((a, b) -> request.target().compareDistance(a.id(), b.id())).toList();
    }

    private Effort effort() {
        return new Effort(queries, answered.size(), 0, environment.clock().nanoTime() - startedNanos); // nobody refers to anybody
    }
}
