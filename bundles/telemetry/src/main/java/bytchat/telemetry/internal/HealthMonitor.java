package bytchat.telemetry.internal;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Puts together what parts say of themselves and what the container knows of those that cannot speak. */
public final class HealthMonitor implements NodeHealth {
    /** Among equals, those that wait for nobody else: they are the cause. */
    private static final Comparator<Map.Entry<String, Status>> WORST_LAST = Comparator
            .comparing((Map.Entry<String, Status> part) -> Severity.of(part.getValue().state()))
            .thenComparing(part -> !part.getValue().facts().containsKey(ComponentExplainer.WAITS_FOR));

    private final BooleanSupplier started;
    private final Supplier<Map<String, Status>> container;
    private final Supplier<Collection<StatusSource>> sources;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    /**
     * @param started   whether every part has been given its chance to start
     * @param container parts that do not run, with the reason
     * @param sources   parts that speak for themselves
     */
    public HealthMonitor(BooleanSupplier started, Supplier<Map<String, Status>> container,
            Supplier<Collection<StatusSource>> sources) {
        this.started = started;
        this.container = container;
        this.sources = sources;
    }

    @Override
    public Map<String, Status> parts() {
        Map<String, Status> parts = new TreeMap<>(container.get());
        for (StatusSource source : sources.get()) {
            parts.merge(source.part(), statusOf(source), ComponentExplainer::worse);
        }
        return parts;
    }

    @Override
    public Status overall() {
        Map<String, Status> parts = parts();
        Status overall = parts.entrySet().stream()
                .filter(part -> part.getValue().state() != State.READY)
                .max(WORST_LAST)
                .map(part -> Status.of(part.getValue().state(), part.getKey() + ": " + part.getValue().reason()))
                .orElse(Status.ready(Map.of()));
        if (!started.getAsBoolean() && Severity.of(overall.state()) < Severity.of(State.STARTING)) {
            overall = Status.of(State.STARTING, "bundles are being started");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        for (State state : State.values()) {
            long count = parts.values().stream().filter(part -> part.state() == state).count();
            if (count > 0) {
                facts.put("parts_" + state.name().toLowerCase(java.util.Locale.ROOT), count);
            }
        }
        return new Status(overall.state(), overall.reason(), facts);
    }

    @Override
    public CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    /** Whether {@link #ready()} has completed. */
    public boolean isReady() {
        return ready.isDone();
    }

    /** Looks once, and completes {@link #ready()} if nothing stands in the way. */
    public void check() {
        if (!ready.isDone() && started.getAsBoolean() && !Severity.blocksReady(overall().state())) {
            ready.complete(null);
        }
    }

    private static Status statusOf(StatusSource source) {
        try {
            return source.status();
        } catch (RuntimeException e) {
            return Status.of(State.FAILED, "cannot tell its state: " + e);
        }
    }
}
