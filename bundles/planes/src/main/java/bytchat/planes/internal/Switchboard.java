package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.features.InUse;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which plane sends. A switch makes before it breaks: the new plane is attached and must become ready for every account; then the choice is
 * written down, new sends go by it, and the earlier one finishes what it was sending while it goes on receiving.
 *
 * <p>{@link #active()} changes here alone, in {@link #point}. What configuration names but cannot be had is tried until it can, and until then
 * the earlier plane sends; where there is none, nothing does: never silently another.
 */
public final class Switchboard implements Planes, StatusSource, InUse {
    public static final String PART = "planes";
    private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);
    /** A plane that is to become ready is looked at this often; after {@link PlanesSettings#ready()} less often. */
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LOOK_LATER = Duration.ofSeconds(1);
    private static final Status NOT_ATTACHED = Status.of(State.WAITING, "it does not take the account");

    private final Environment environment;
    private final Choice choice;
    private final Set<Defence> defences;
    private final Pauses pauses = new Pauses();
    private final Report report = new Report(this);
    private final Registry registry = new Registry();
    /** Written on the loop, read from anywhere, as all that follows. */
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private volatile PlanesSettings settings;
    private volatile String active;
    private volatile Optional<Change> change = Optional.empty();
    /** Why the active plane is not what configuration says; empty while it is. */
    private volatile String trouble = "";
    private volatile String lastFailure = "";
    private volatile long switches;
    private volatile long failures;

    public Switchboard(Environment environment, PlanesSettings settings, Choice choice) {
        this(environment, settings, choice, EnumSet.allOf(Defence.class));
    }

    /** For tests that show what a defence is for. */
    Switchboard(Environment environment, PlanesSettings settings, Choice choice, Set<Defence> defences) {
        this.environment = environment;
        this.settings = settings;
        this.active = settings.active();
        this.choice = choice;
        this.defences = defences;
    }

    // ---- planes that come and go

    /**
     * A plane is there. It takes the place of an earlier one of its name, which may still be there. On the event loop.
     *
     * @param bundle symbolic name of the bundle it comes from
     */
    public void add(DeliveryPlane plane, String bundle) {
        Installed added = registry.add(plane, bundle);
        arrange();
        if (added.name().equals(active)) {
            lines.stream().filter(line -> line.keySpace().equals(added.keySpace())).forEach(Line::sendsAgain);
        }
        pursue();
    }

    /** A plane has gone; what it had not finished goes by the active one. On the event loop. */
    public void remove(DeliveryPlane plane) {
        registry.remove(plane);
        arrange();
        pursue();
    }

    /** Who is there is attached to, as its role wants it. */
    private void arrange() {
        for (Line line : lines) {
            line.use(registry.newest().filter(i -> i.keySpace().equals(line.keySpace()) && isUsed(i.name())).toList());
        }
    }

    private boolean isUsed(String name) {
        return settings.receiveAll() || name.equals(active)
                || defends(Defence.MAKE_BEFORE_BREAK) && change.isPresent() && change.get().to.equals(name);
    }

    Registry registry() {
        return registry;
    }

    /** Whether it is the one that sends now. */
    boolean sends(Installed plane) {
        return plane.name().equals(active) && registry.current(plane.name(), plane.keySpace()).filter(plane::equals).isPresent();
    }

    /** Whether it is there in every key space in which an account wants to send. */
    boolean isInstalled(String name) {
        return registry.contains(name) && lines.stream().allMatch(line -> registry.current(name, line.keySpace()).isPresent());
    }

    /** Ends every account's use of every plane. On the event loop. */
    public void close() {
        abandon("the node is being stopped");
        List.copyOf(lines).forEach(Line::close);
    }

    // ---- accounts

    @Override
    public DeliveryPlane.Attachment attach(String keySpace, Account account, DeliveryPlane.Inbound inbound) {
        Line line = new Line(this, environment.clock(), keySpace, account, inbound);
        lines.add(line);
        arrange();
        return line;
    }

    void ended(Line line) {
        lines.remove(line);
    }

    // ---- the choice

    /** Configuration has changed. May be called from any thread. */
    public void settings(PlanesSettings changed) {
        environment.loop().execute(() -> {
            String before = settings.active();
            settings = changed;
            arrange();
            if (!changed.active().equals(before)) {
                chosen(changed.active());
            }
        });
    }

    private void chosen(String name) {
        if (change.filter(c -> c.writing && (c.to.equals(name) || c.before.equals(name))).isPresent()) {
            return; // we are writing it ourselves
        }
        abandon("configuration now names the plane " + name);
        if (name.equals(active)) {
            trouble = "";
            arrange();
        } else {
            begin(new Change(active, name, false, now()));
        }
    }

    @Override
    public CompletionStage<Void> switchTo(String name) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        environment.loop().execute(() -> command(name).whenComplete((nothing, failure) -> {
            if (failure == null) {
                result.complete(null);
            } else {
                result.completeExceptionally(Failures.cause(failure));
            }
        }));
        return result;
    }

    private CompletionStage<Void> command(String name) {
        Optional<Change> underWay = change.filter(c -> c.commanded);
        if (underWay.isPresent()) {
            return underWay.get().to.equals(name) ? underWay.get().done : refused(
                    "a switch to the plane " + underWay.get().to + " is under way: try again when it has ended");
        }
        if (!isInstalled(name)) {
            return refused(registry.reasonMissing(name));
        }
        abandon("");
        Change begun = new Change(active, name, true, now());
        begin(begun);
        return begun.done;
    }

    private CompletionStage<Void> refused(String sentence) {
        return CompletableFuture.failedFuture(new PlaneException(sentence));
    }

    /** Ends the change that is under way, if there is one, without success. */
    private void abandon(String reason) {
        change.ifPresent(old -> {
            old.next.close();
            change = Optional.empty();
            old.done.completeExceptionally(new PlaneException(reason));
        });
    }

    // ---- the change

    private void begin(Change begun) {
        change = Optional.of(begun);
        if (!defends(Defence.MAKE_BEFORE_BREAK)) {
            active = begun.to;
        }
        arrange();
        pursue();
    }

    /** Looks whether the change that is under way can go on. */
    private void pursue() {
        if (change.isEmpty() || change.get().writing) {
            return;
        }
        Change c = change.get();
        c.next.close();
        Optional<String> obstacle = obstacle(c);
        boolean late = now() - c.begunNanos >= settings.ready().toNanos();
        if (obstacle.isEmpty()) {
            write(c);
        } else if (c.commanded && (late || !isInstalled(c.to))) {
            fail(c, late ? obstacle.get() + " (waited " + settings.ready().toSeconds() + " s)" : obstacle.get());
        } else {
            if (!c.commanded && (late || !isInstalled(c.to))) {
                trouble(obstacle.get());
            }
            c.next = environment.loop().schedule(late ? LOOK_LATER : LOOK, this::pursue);
        }
    }

    /** Why the change cannot be completed yet. Where nothing can be broken, nothing needs to be ready. */
    private Optional<String> obstacle(Change c) {
        if (!isInstalled(c.to)) {
            return isInstalled(active) || c.commanded ? Optional.of(registry.reasonMissing(c.to)) : Optional.empty();
        }
        if (c.to.equals(active) || !c.commanded && !isInstalled(active)) {
            return Optional.empty();
        }
        return lines.stream().map(line -> line.carrier(c.to).map(Carrier::status).orElse(NOT_ATTACHED))
                .filter(status -> status.state() != State.READY).findFirst()
                .map(status -> "the " + c.to + " plane is not ready: " + status.reason());
    }

    private void trouble(String reason) {
        if (trouble.isEmpty()) {
            failures++;
            LOG.warn("Configuration names the plane {}, but {}; {} stays active, and it is tried again.", settings.active(), reason, active);
        }
        trouble = reason;
        lastFailure = reason;
    }

    private void write(Change c) {
        if (!c.commanded) {
            point(c);
            return;
        }
        c.writing = true;
        c.before = settings.active();
        choice.keep(c.to).whenComplete((nothing, failure) -> {
            if (change.filter(now -> now == c).isEmpty()) {
                return; // configuration has been changed meanwhile, and wins
            }
            if (failure != null) {
                c.writing = false;
                fail(c, "the configuration could not be written: " + Failures.cause(failure).getMessage());
            } else if (isInstalled(c.to)) {
                c.writing = false;
                settings = settings.withActive(c.to);
                point(c);
            } else {
                undo(c);
            }
        });
    }

    /** It went while the choice was being written. */
    private void undo(Change c) {
        choice.keep(c.before).whenComplete((nothing, failure) -> {
            c.writing = false;
            if (change.filter(now -> now == c).isPresent()) {
                settings = settings.withActive(failure == null ? c.before : c.to);
                fail(c, registry.reasonMissing(c.to));
            }
        });
    }

    private void fail(Change c, String reason) {
        failures++;
        lastFailure = reason;
        change = Optional.empty();
        arrange();
        LOG.warn("The plane {} could not be made the active one, {} stays: {}", c.to, active, reason);
        c.done.completeExceptionally(new PlaneException(reason + "; the " + active + " plane stays active"));
        if (!settings.active().equals(active) && change.isEmpty()) {
            begin(new Change(active, settings.active(), false, now()));
        }
    }

    /** The moment of the change. */
    private void point(Change c) {
        List<Carrier> earlier = lines.stream().flatMap(line -> line.carriers(c.from)).toList();
        active = c.to;
        change = Optional.empty();
        trouble = "";
        arrange();
        if (!c.from.equals(c.to)) {
            switches++;
            pauses.switched(c.begunNanos);
            LOG.info("Envelopes leave by the {} plane from now on, no longer by the {} plane.", c.to, c.from);
            lines.forEach(Line::sendsAgain);
            Duration drain = defends(Defence.DRAIN) ? settings.drain() : Duration.ZERO;
            environment.loop().schedule(drain, () -> {
                if (!c.from.equals(active)) {
                    earlier.forEach(Carrier::abandon);
                }
            });
        }
        c.done.complete(null);
    }

    // ---- what others may know, from any thread

    Environment environment() {
        return environment;
    }

    PlanesSettings settings() {
        return settings;
    }

    Pauses pauses() {
        return pauses;
    }

    boolean defends(Defence defence) {
        return defences.contains(defence);
    }

    /** Name of the plane that sends, whether or not it is there. */
    String active() {
        return active;
    }

    private long now() {
        return environment.clock().nanoTime();
    }

    Optional<Change> change() {
        return change;
    }

    /** Why the active plane is not what configuration says; empty while it is. */
    String trouble() {
        return trouble;
    }

    List<Line> lines() {
        return lines;
    }

    @Override
    public List<PlaneInfo> list() {
        return report.list();
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        Map<String, Object> facts = report.facts();
        facts.put("switches", switches);
        facts.put("switches_failed", failures);
        facts.put("pause_last_ms", pauses.lastMillis());
        facts.put("pause_longest_ms", pauses.longestMillis());
        facts.put("last_failure", lastFailure);
        return report.status(facts);
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return report.cutOffBy(symbolicNames);
    }
}
