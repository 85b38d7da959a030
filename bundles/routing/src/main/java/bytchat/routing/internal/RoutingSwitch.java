package bytchat.routing.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.env.Registration;
import bytchat.api.features.InUse;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Chooses the routing plane of one key space. Make before break: the chosen plane is taken and has to know somebody, unless the one in
 * use knows nobody either; then it serves, and the other one is given back once its lookups under way have ended. Until then one of the
 * two answers {@code find_node}, whichever: both know the network.
 */
final class RoutingSwitch implements RoutingPlanes, StatusSource, InUse {
    static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Environment environment;
    private final LocalNode local;
    private final Function<String, CompletionStage<?>> keep;
    private final Consumer<Optional<RoutingPlane>> onServing;
    private final Facade facade = new Facade(() -> this.serving);
    private final Map<String, InstalledPlane> installed = new LinkedHashMap<>();
    private RoutingSettings settings;
    private volatile Optional<Serving> serving = Optional.empty();
    private Optional<Serving> next = Optional.empty();
    /** Being taken, off the loop. */
    private Optional<InstalledPlane> taking = Optional.empty();
    private Registration look = () -> { };
    private Optional<Change> change = Optional.empty();
    private String trouble = "";
    private long changes;
    private boolean stopped;
    private volatile Status status = Status.of(State.STARTING, "no routing plane serves yet");
    private volatile List<PlaneInfo> list = List.of();

    /**
     * @param keep      writes the choice down, to outlive a restart
     * @param onServing called on the loop with the plane that serves from now on, or that none does
     */
    RoutingSwitch(Environment environment, LocalNode local, RoutingSettings settings,
            Function<String, CompletionStage<?>> keep, Consumer<Optional<RoutingPlane>> onServing) {
        this.environment = environment;
        this.local = local;
        this.settings = settings;
        this.keep = keep;
        this.onServing = onServing;
    }

    // ---- what there is, and what is wanted; on the loop

    /** A plane has come; one of the same name takes the place of the earlier. */
    void add(InstalledPlane plane) {
        installed.put(plane.name(), plane);
        advance();
    }

    void remove(InstalledPlane plane) {
        installed.remove(plane.name(), plane);
        if (serving.filter(now -> now.from() == plane).isPresent()) {
            letGo(serving);
            serve(Optional.empty());
        }
        if (next.filter(one -> one.from() == plane).isPresent()) {
            letGo(next);
            next = Optional.empty();
        }
        advance();
    }

    void settings(RoutingSettings now) {
        settings = now;
        advance();
    }

    void stop() {
        stopped = true;
        look.close();
        letGo(next);
        letGo(serving);
        next = Optional.empty();
        serve(Optional.empty());
        change.ifPresent(one -> {
            one.limit().close();
            one.done().completeExceptionally(new IllegalArgumentException("this node stops"));
        });
    }

    private String wanted() {
        return change.map(Change::to).orElse(settings.active());
    }

    private void advance() {
        InstalledPlane wanted = stopped ? null : installed.get(wanted());
        if (next.filter(one -> one.from() != wanted).isPresent()) {
            letGo(next);
            next = Optional.empty();
        }
        boolean there = serving.filter(now -> now.from() == wanted).isPresent();
        if (wanted != null && !there && next.isEmpty() && taking.isEmpty()) {
            take(wanted);
        } else if (next.isPresent()) {
            takeOverWhenReady();
        }
        say();
    }

    private void take(InstalledPlane plane) {
        taking = Optional.of(plane);
        environment.workers().submit(plane::take).whenComplete((taken, failure) -> {
            taking = Optional.empty();
            if (failure != null && installed.get(plane.name()) != plane) {
                advance(); // it went at that very moment, as it does when its configuration is edited
                return;
            }
            if (failure != null) {
                trouble = "the routing plane " + plane.name() + " could not be made: " + Failures.cause(failure).getMessage();
                giveUp();
                look.close();
                look = environment.loop().schedule(settings.ready(), this::advance);
                say();
                return;
            }
            trouble = "";
            next = Optional.of(new Serving(plane, taken));
            advance();
        });
    }

    private void takeOverWhenReady() {
        look.close();
        if (isReady(next.orElseThrow())) {
            Optional<Serving> before = serving;
            Optional<Serving> now = next;
            next = Optional.empty();
            serve(now);
            before.ifPresent(this::drain);
            finish();
            return;
        }
        look = environment.loop().schedule(LOOK_EVERY, this::advance);
    }

    /** It knows somebody who has answered; or the one in use, if any, does not either. */
    private boolean isReady(Serving candidate) {
        return knowsSomebody(candidate) || serving.filter(RoutingSwitch.this::knowsSomebody).isEmpty();
    }

    private boolean knowsSomebody(Serving one) {
        return !one.plane().closest(local.id(), 1).isEmpty();
    }

    private void serve(Optional<Serving> now) {
        changes += serving.isPresent() && now.isPresent() ? 1 : 0;
        serving = now;
        onServing.accept(now.map(Serving::plane));
    }

    private void drain(Serving leaving) {
        boolean[] gone = new boolean[1];
        Runnable give = () -> {
            if (!gone[0]) {
                gone[0] = true;
                letGo(Optional.of(leaving));
            }
        };
        Registration limit = environment.loop().schedule(settings.drain(), give);
        leaving.whenIdle(() -> {
            limit.close();
            give.run();
        });
    }

    private void letGo(Optional<Serving> one) {
        one.ifPresent(leaving -> environment.workers().submit(() -> {
            leaving.from().giveBack();
            return null;
        }));
    }

    // ---- RoutingPlanes

    @Override
    public RoutingPlane active() {
        return facade;
    }

    @Override
    public List<PlaneInfo> list() {
        Optional<RoutingPlane> plane = serving.map(Serving::plane);
        return list.stream().map(info -> info.active() && plane.orElse(null) instanceof StatusSource source
                ? new PlaneInfo(info.name(), true, true, source.status())
                : info).toList();
    }

    /** A choice that a command has made: it has a time limit, unlike one by configuration, which stands until it can be had. */
    private record Change(String to, CompletableFuture<Void> done, Registration limit) {
    }

    @Override
    public CompletionStage<Void> switchTo(String name) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        environment.loop().execute(() -> {
            if (!installed.containsKey(name)) {
                done.completeExceptionally(new IllegalArgumentException(missing(name)));
            } else if (change.isPresent()) {
                done.completeExceptionally(new IllegalArgumentException("a change to " + change.get().to() + " is under way"));
            } else {
                change = Optional.of(new Change(name, done, environment.loop().schedule(settings.ready(), this::giveUp)));
                advance();
                if (serving.filter(now -> now.from() == installed.get(name)).isPresent()) {
                    finish();
                }
            }
        });
        return done;
    }

    private void finish() {
        trouble = "";
        change.ifPresent(one -> {
            settings = new RoutingSettings(one.to(), settings.ready(), settings.drain());
            change = Optional.empty();
            one.limit().close();
            keep.apply(one.to()).whenComplete((kept, failure) -> {
                if (failure == null) {
                    one.done().complete(null);
                } else {
                    one.done().completeExceptionally(new IllegalArgumentException("the routing plane " + one.to()
                            + " serves, but not after a restart: " + Failures.cause(failure).getMessage()));
                }
            });
        });
        say();
    }

    /** A change that was asked for by a command has failed. */
    private void giveUp() {
        change.ifPresent(one -> {
            String why = !trouble.isEmpty() ? trouble : "the routing plane " + one.to() + " is not ready: "
                    + next.map(candidate -> reason(candidate.plane())).orElse("it is not there") + " (waited " + settings.ready().toSeconds() + " s)";
            change = Optional.empty();
            one.limit().close();
            advance();
            one.done().completeExceptionally(new IllegalArgumentException(why
                    + serving.map(now -> "; " + now.from().name() + " goes on").orElse("")));
        });
    }

    private static String reason(RoutingPlane plane) {
        String said = plane instanceof StatusSource source ? source.status().reason() : "";
        return said.isEmpty() ? "it knows no other node" : said;
    }

    private String missing(String name) {
        return "the routing plane " + name + " is not installed: feature install routing-" + name
                + (installed.isEmpty() ? "" : " (installed: " + String.join(", ", installed.keySet()) + ")");
    }

    // ---- InUse

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return serving.map(Serving::from).filter(plane -> symbolicNames.contains(plane.bundle()))
                .map(plane -> plane.name() + " is the routing plane of the key space " + local.keySpace().name()
                        + ": switch to another one first with dht plane switch NAME").stream().toList();
    }

    // ---- StatusSource

    @Override
    public String part() {
        return "routing~" + local.keySpace().name();
    }

    @Override
    public Status status() {
        return status;
    }

    /** Written on the loop, read from anywhere. */
    private void say() {
        String active = serving.map(now -> now.from().name()).orElse("");
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("active", active);
        facts.put("configured", settings.active());
        facts.put("installed", List.copyOf(installed.keySet()));
        facts.put("changes", changes);
        String goesOn = active.isEmpty() ? "" : "; " + active + " goes on";
        if (active.equals(settings.active())) {
            status = Status.ready(facts);
        } else if (!installed.containsKey(settings.active())) {
            status = new Status(State.WAITING, missing(settings.active()) + goesOn, facts);
        } else if (!trouble.isEmpty()) {
            status = new Status(State.FAILED, trouble + goesOn, facts);
        } else {
            status = new Status(active.isEmpty() ? State.STARTING : State.WAITING, "the routing plane " + settings.active()
                    + " is being made ready" + next.map(one -> ": " + reason(one.plane())).orElse("") + goesOn, facts);
        }
        List<PlaneInfo> planes = new ArrayList<>();
        serving.ifPresent(now -> planes.add(new PlaneInfo(active, true, true, Status.ready(Map.of()))));
        installed.keySet().stream().filter(name -> !name.equals(active))
                .forEach(name -> planes.add(new PlaneInfo(name, true, false, Status.of(State.OFF, "not in use"))));
        if (!installed.containsKey(settings.active()) && !active.equals(settings.active())) {
            planes.add(new PlaneInfo(settings.active(), false, false, Status.of(State.WAITING, missing(settings.active()))));
        }
        list = List.copyOf(planes);
    }
}
