package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.plane.Sibling;
import bytchat.api.status.Status;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * One account's use of one plane: counts what is on its way there, and answers for the plane when that cannot any more.
 *
 * <p>Threat: a plane that stops, or is stopped, swallows what it was given, and the sender waits for an answer until it gives up. Answer:
 * whatever it has not answered when it ends, or within {@link #SEND_TIMEOUT}, comes back as waiting.
 */
final class Carrier {
    static final int SENDING_MAX = 1_024;
    static final Duration SEND_TIMEOUT = Duration.ofSeconds(100);

    private final Environment environment;
    private final Installed installed;
    private final DeliveryPlane.Attachment attachment;
    private final Set<CompletableFuture<Dispatch>> sending = new LinkedHashSet<>();
    private final Runnable ended;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private Registration limit = () -> { };
    private volatile int sendingCount;
    private volatile boolean leaving;
    private boolean closed;

    /**
     * Attaches.
     *
     * @param sends whether this is the plane that sends now: what others send by a plane that only receives says nothing about what waits
     * @param ended called once when it is closed
     */
    Carrier(Environment environment, Installed installed, Account account, DeliveryPlane.Inbound inbound, BooleanSupplier sends,
            Runnable ended) {
        this.environment = environment;
        this.installed = installed;
        this.ended = ended;
        this.attachment = installed.plane().attach(account, new DeliveryPlane.Inbound() {
            @Override
            public CompletionStage<Void> accept(Envelope envelope) {
                return inbound.accept(envelope);
            }

            @Override
            public void retry(Optional<Key> to) {
                if (sends.getAsBoolean()) {
                    inbound.retry(to);
                }
            }

            @Override
            public void sibling(Sibling sibling) {
                inbound.sibling(sibling);
            }
        });
    }

    Installed installed() {
        return installed;
    }

    /** From any thread. */
    Status status() {
        return attachment.status();
    }

    /** Envelopes that the plane has not answered for yet. From any thread. */
    int sending() {
        return sendingCount;
    }

    /** Whether it is being let go. From any thread. */
    boolean leaving() {
        return leaving;
    }

    CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
        if (closed || leaving) {
            return CompletableFuture.completedFuture(waiting("is not in use any more"));
        }
        if (sending.size() >= SENDING_MAX) {
            return CompletableFuture.completedFuture(waiting("has " + SENDING_MAX + " envelopes on their way already"));
        }
        CompletableFuture<Dispatch> answer = new CompletableFuture<>();
        sending.add(answer);
        counted();
        Registration watchdog = environment.loop().schedule(SEND_TIMEOUT, () -> answer.complete(waiting("did not answer")));
        answer.whenComplete((dispatch, failure) -> {
            watchdog.close();
            sending.remove(answer);
            counted();
        });
        try {
            attachment.send(envelope, permit).whenComplete((dispatch, failure) -> answer.complete(
                    failure == null ? dispatch : waiting("failed: " + failure.getMessage())));
        } catch (RuntimeException e) {
            answer.complete(waiting("failed: " + e.getMessage()));
        }
        return answer;
    }

    private void counted() {
        sendingCount = sending.size();
    }

    private Dispatch waiting(String why) {
        return new Dispatch.Waiting(0, 0, "the " + installed.name() + " plane " + why);
    }

    /** What is on its way and is not answered comes back as waiting. */
    void abandon() {
        List.copyOf(sending).forEach(answer -> answer.complete(waiting("did not finish in time")));
    }

    /** Takes nothing more to send, finishes while it still receives, then ends; at the latest after so long. */
    void leave(Duration drain) {
        if (closed || leaving) {
            return;
        }
        leaving = true;
        limit = environment.loop().schedule(drain, this::close);
        attachment.drain().whenComplete((nothing, failure) -> environment.loop().execute(this::close));
    }

    /** Leaves, if it does not already; completes when it has ended. */
    CompletableFuture<Void> left(Duration drain) {
        leave(drain);
        return over;
    }

    /** Ends at once. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        leaving = true;
        limit.close();
        attachment.close();
        List.copyOf(sending).forEach(answer -> answer.complete(waiting("has stopped")));
        ended.run();
        over.complete(null);
    }
}
