package bytchat.messaging.internal;

import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.mailbox.Envelope;
import bytchat.api.messaging.MessagingException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Envelopes that wait in memory for a handshake that is still on its way, or for a session that another of our devices has. What nobody
 * could verify yet has few places: it must not take those of what is genuine.
 */
final class Parking {
    private final Core core;
    private int total;
    private int unverified;

    Parking(Core core) {
        this.core = core;
    }

    boolean full(Correspondent c, boolean genuine) {
        return c.parked().size() >= core.settings.parkedMax() || total >= MessagingSettings.PARKED_TOTAL_MAX
                || !genuine && unverified >= MessagingSettings.PARKED_UNKNOWN_MAX;
    }

    /**
     * Has it wait; only if there is room.
     *
     * @param genuine whether its signature has held
     * @return completes when it has been taken, fails when it has not, or has waited long enough
     */
    CompletionStage<Void> park(Correspondent c, Envelope envelope, boolean genuine) {
        core.counts.add("parked");
        Correspondent.Parked parked = new Correspondent.Parked(envelope, new CompletableFuture<>());
        c.parked().add(parked);
        total++;
        unverified += genuine ? 0 : 1;
        Registration timeout = core.environment.loop().schedule(MessagingSettings.PARKED_MAX, () -> {
            if (c.parked().remove(parked)) {
                parked.taken().completeExceptionally(new MessagingException("not taken: its session is not known here yet"));
            }
        });
        return parked.taken().whenComplete((nothing, failure) -> {
            total--;
            unverified -= genuine ? 0 : 1;
            timeout.close();
        });
    }

    /** What waits for this contact is looked at again. */
    void release(Correspondent c, Function<Envelope, CompletionStage<Void>> taker) {
        List<Correspondent.Parked> waiting = List.copyOf(c.parked());
        c.parked().clear();
        waiting.forEach(p -> taker.apply(p.envelope()).whenComplete((nothing, failure) -> {
            if (failure == null) {
                p.taken().complete(null);
            } else {
                p.taken().completeExceptionally(Failures.cause(failure));
            }
        }));
    }
}
