package bytchat.messaging.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.plane.DeliveryPlane.Inbound;
import bytchat.api.plane.Sibling;
import bytchat.api.rpc.RpcException;
import bytchat.transport.memory.SimulatedHost;
import bytchat.wire.Bencode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** Links between devices of one person, as a direct plane gives them: a question takes a while, and the link may end at any time. */
final class SiblingWire {
    private final Random chance;
    private final List<Link> links = new ArrayList<>();
    /** Questions by name, and bytes both ways. */
    final List<String> asked = new ArrayList<>();
    long bytes;
    /** What becomes of an answer on its way: of the question and it. */
    BinaryOperator<BDict> onItsWay = (question, answer) -> answer;

    SiblingWire(long seed) {
        chance = new Random(seed);
    }

    /** They meet, if both are there. */
    boolean connect(Person a, Person b) {
        Optional<Inbound> inA = a.office.inboundOf(a.account);
        Optional<Inbound> inB = b.office.inboundOf(b.account);
        if (inA.isEmpty() || inB.isEmpty()) {
            return false;
        }
        Link link = new Link(a, b);
        links.add(link);
        a.host.environment().loop().execute(() -> inA.get().sibling(link.ofA));
        b.host.environment().loop().execute(() -> inB.get().sibling(link.ofB));
        return true;
    }

    /** Every link ends. */
    void cut() {
        links.forEach(Link::end);
        links.clear();
    }

    long asked(String question) {
        return asked.stream().filter(question::equals).count();
    }

    private final class Link {
        /** What A has of B, and B of A. */
        final End ofA;
        final End ofB;
        private boolean ended;

        Link(Person a, Person b) {
            ofA = new End(this, a, b);
            ofB = new End(this, b, a);
            ofA.other = ofB;
            ofB.other = ofA;
        }

        void end() {
            ended = true;
            ofA.end();
            ofB.end();
        }
    }

    private final class End implements Sibling {
        private final Link link;
        private final SimulatedHost hereHost;
        private final SimulatedHost thereHost;
        private final byte[] device;
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private End other;
        private Function<BDict, CompletionStage<BDict>> handler = q -> Stages.failed(RpcException.answered(401, "nobody answers yet"));

        End(Link link, Person here, Person there) {
            this.link = link;
            this.hereHost = here.host;
            this.thereHost = there.host;
            this.device = there.account.deviceId();
        }

        void end() {
            hereHost.environment().loop().execute(() -> closed.complete(null));
        }

        @Override
        public byte[] deviceId() {
            return device;
        }

        private Duration delay() {
            return Duration.ofMillis(1 + chance.nextInt(40));
        }

        @Override
        public CompletionStage<BDict> ask(BDict question) {
            CompletableFuture<BDict> result = new CompletableFuture<>();
            asked.add(question.requireText("q"));
            count(question);
            if (link.ended || !thereHost.alive()) {
                result.completeExceptionally(RpcException.failed(RpcException.Kind.CLOSED, "the link has ended"));
                return result;
            }
            hereHost.environment().loop().schedule(Duration.ofSeconds(30),
                    () -> result.completeExceptionally(RpcException.failed(RpcException.Kind.TIMEOUT, "no answer")));
            thereHost.environment().loop().schedule(delay(), () -> other.handler.apply(question).whenComplete((answer, failure) -> {
                if (!link.ended && hereHost.alive()) {
                    hereHost.environment().loop().schedule(delay(), () -> {
                        if (link.ended) {
                            result.completeExceptionally(RpcException.failed(RpcException.Kind.CLOSED, "the link has ended"));
                        } else if (failure != null) {
                            result.completeExceptionally(Failures.cause(failure));
                        } else {
                            count(answer);
                            result.complete(onItsWay.apply(question, answer));
                        }
                    });
                }
            }));
            closed.whenComplete((x, failure) ->
                    result.completeExceptionally(RpcException.failed(RpcException.Kind.CLOSED, "the link has ended")));
            return result;
        }

        private void count(BDict dict) {
            int size = Bencode.encodedBytes(dict);
            if (size > BYTES_MAX) {
                throw new AssertionError(size + " bytes in " + dict.get("q") + ", at most " + BYTES_MAX);
            }
            bytes += size;
        }

        @Override
        public void answer(Function<BDict, CompletionStage<BDict>> answering) {
            handler = answering;
        }

        @Override
        public CompletionStage<Void> closed() {
            return closed;
        }
    }
}
