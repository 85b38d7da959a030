package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.plane.Planes;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An outbox and an inbox: sends again after a back-off what was not taken, and at once when it is told to. */
final class Sender implements DeliveryPlane.Inbound {
    static final Duration BACK_OFF = Duration.ofSeconds(2);

    private final Environment environment;
    final DeliveryPlane.Attachment attachment;
    private final Map<Long, Envelope> waiting = new HashMap<>();
    private final Map<Long, Long> begunNanos = new HashMap<>();
    final List<Envelope> received = new ArrayList<>();
    final List<String> reasons = new ArrayList<>();
    private long sequence;
    int taken;
    int retries;
    Duration longest = Duration.ZERO;

    Sender(Environment environment, Planes planes) {
        this.environment = environment;
        Account account = (Account) Proxy.newProxyInstance(Account.class.getClassLoader(), new Class<?>[] {Account.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> "Ada";
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    default -> throw new AssertionError("unexpected call of " + method);
                });
        this.attachment = planes.attach("default", account, this);
    }

    static Envelope envelope(long sequence) {
        return new Envelope(BDict.builder().put("v", 1).put("kind", "message").put("id", new byte[64]).put("to", new byte[64])
                .put("dev", new byte[32]).put("content", new byte[1]).put("sig", new byte[64]).put("seq", sequence).put("ts", 0)
                .put("ttl", Envelope.TTL_SECONDS_MAX).put("sid", new byte[16]).build());
    }

    /** Everything that was handed over has been taken by some plane. */
    boolean idle() {
        return begunNanos.isEmpty();
    }

    void send() {
        Envelope envelope = envelope(sequence++);
        begunNanos.put(envelope.sequence(), environment.clock().nanoTime());
        attempt(envelope);
    }

    void sendEvery(Duration period, int times) {
        for (int i = 0; i < times; i++) {
            environment.loop().schedule(period.multipliedBy(i), this::send);
        }
    }

    private void attempt(Envelope envelope) {
        long key = envelope.sequence();
        attachment.send(envelope, Optional.empty()).whenComplete((dispatch, failure) -> {
            if (dispatch instanceof Dispatch.Stored) {
                taken++;
                Duration took = Duration.ofNanos(environment.clock().nanoTime() - begunNanos.remove(key));
                longest = took.compareTo(longest) > 0 ? took : longest;
                return;
            }
            reasons.add(dispatch instanceof Dispatch.Waiting w ? w.reason() : String.valueOf(dispatch));
            waiting.put(key, envelope);
            environment.loop().schedule(BACK_OFF, () -> again(key));
        });
    }

    private void again(long key) {
        Optional.ofNullable(waiting.remove(key)).ifPresent(this::attempt);
    }

    @Override
    public CompletionStage<Void> accept(Envelope envelope) {
        received.add(envelope);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void retry(Optional<Key> to) {
        retries++;
        List.copyOf(waiting.keySet()).forEach(this::again);
    }
}
