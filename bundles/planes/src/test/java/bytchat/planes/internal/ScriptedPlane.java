package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A plane that does what a test says: takes a while to send, is not ready, never answers, refuses. What is closed forgets what it sends. */
final class ScriptedPlane implements DeliveryPlane {
    static final Duration LATENCY = Duration.ofMillis(80);

    private final String name;
    private final KeySpace keySpace;
    private final Environment environment;
    final List<Envelope> taken = new ArrayList<>();
    final List<Use> uses = new ArrayList<>();
    int cut;
    boolean ready = true;
    boolean silent;
    boolean refusing;
    boolean attachable = true;

    ScriptedPlane(String name, KeySpace keySpace, Environment environment) {
        this.name = name;
        this.keySpace = keySpace;
        this.environment = environment;
    }

    /** Those that are not closed. */
    List<Use> open() {
        return uses.stream().filter(use -> !use.closed).toList();
    }

    /** Somebody else has sent this by it. */
    CompletionStage<Void> bring(Envelope envelope) {
        return open().get(open().size() - 1).inbound.accept(envelope);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public KeySpace keySpace() {
        return keySpace;
    }

    @Override
    public Attachment attach(Account account, Inbound inbound) {
        if (!attachable) {
            throw new IllegalStateException("closed");
        }
        Use use = new Use(inbound);
        uses.add(use);
        return use;
    }

    final class Use implements Attachment {
        final Inbound inbound;
        private final CompletableFuture<Void> drained = new CompletableFuture<>();
        private int sending;
        boolean draining;
        boolean closed;

        private Use(Inbound inbound) {
            this.inbound = inbound;
        }

        @Override
        public Status status() {
            return ready ? Status.of(State.READY, "") : Status.of(State.JOINING, "looking around");
        }

        @Override
        public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
            if (draining || closed || !ready || refusing) {
                return CompletableFuture.completedFuture(new Dispatch.Waiting(0, 0, name + " takes nothing"));
            }
            CompletableFuture<Dispatch> result = new CompletableFuture<>();
            if (silent) {
                return result;
            }
            sending++;
            environment.loop().schedule(LATENCY, () -> {
                sending--;
                if (closed) {
                    cut++;
                    return;
                }
                taken.add(envelope);
                result.complete(new Dispatch.Stored(3, 5));
                drainedPerhaps();
            });
            return result;
        }

        private void drainedPerhaps() {
            if (draining && sending == 0) {
                drained.complete(null);
            }
        }

        @Override
        public CompletionStage<Void> drain() {
            draining = true;
            drainedPerhaps();
            return drained;
        }

        @Override
        public void close() {
            closed = true;
            drained.complete(null);
        }
    }
}
