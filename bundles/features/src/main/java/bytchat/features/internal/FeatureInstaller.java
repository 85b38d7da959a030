package bytchat.features.internal;

import bytchat.api.features.FeatureDetails;
import bytchat.api.features.FeatureException;
import bytchat.api.features.FeatureInfo;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.features.internal.FeatureRepository.Entry;
import bytchat.features.internal.FeatureRepository.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.feature.ID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes which features run, one change at a time, each whole or not at all. What runs follows from which features are
 * installed: the union of their bundles, so that a bundle which two features name is there once, and goes with the last
 * of them.
 */
final class FeatureInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(FeatureInstaller.class);

    private final BundleContext context;
    private final FeatureRepository repository;
    private final FeatureConfigurations configurations;
    private final Bundles bundles;
    private final FeatureStatus status;
    private final CutOff cutOff;
    private final FeatureReport report;
    private final long readyNanosMax;
    private volatile Snapshot state;

    /**
     * @param readySeconds how long an installed feature may take to get ready before the answer is what it waits for
     */
    FeatureInstaller(BundleContext context, FeatureRepository repository, FeatureConfigurations configurations,
            Bundles bundles, FeatureStatus status,
            Function<Function<Bundle, String>, CutOff> cutOff, long readySeconds) {
        this.context = context;
        this.repository = repository;
        this.configurations = configurations;
        this.bundles = bundles;
        this.status = status;
        this.report = new FeatureReport(status);
        this.cutOff = cutOff.apply(bundle -> state.owner(bundle));
        this.readyNanosMax = TimeUnit.SECONDS.toNanos(readySeconds);
    }

    Snapshot state() {
        return state;
    }

    /**
     * Installs what this node runs; the bundles start when the framework reaches their start level.
     *
     * @param requested names
     * @param forRun    whether they hold for this run, whatever the operator has chosen while the node ran
     * @param without   names that are left out of this run, whoever wants them
     * @throws UnreadableException if something requested is unknown, missing or damaged
     */
    void boot(List<String> requested, boolean forRun, List<String> without) throws UnreadableException, IOException {
        Map<String, Entry> known = new TreeMap<>(repository.read());
        Choices choices = repository.choices();
        Map<String, String> broken = new TreeMap<>();
        for (String name : choices.files().keySet()) {
            try {
                known.put(name, repository.readCopy(name));
            } catch (UnreadableException e) {
                broken.put(name, e.getMessage());
                LOG.error("the copy of the feature {}, which came from a file, is not used: {}", name, e.getMessage());
            }
        }
        Map<String, Entry> installed = new LinkedHashMap<>();
        for (String name : forRun ? requested : choices.apply(requested)) {
            if (without.contains(name)) {
                continue;
            }
            try {
                installed.put(name, require(name, known));
            } catch (UnreadableException e) {
                if (requested.contains(name)) {
                    throw e;
                }
                if (broken.putIfAbsent(name, e.getMessage()) == null) {
                    LOG.error("the feature {}, which was installed while the node ran, is left out: {}", name,
                            e.getMessage());
                }
            }
        }
        configurations.apply(installed.values());
        Map<String, ID> plan = plan(installed.values());
        Map<String, Bundle> running = new LinkedHashMap<>();
        for (Map.Entry<String, ID> one : plan.entrySet()) {
            try {
                Bundle bundle = bundles.install(repository.locate(one.getValue()));
                running.put(one.getKey(), bundle);
                bundles.start(bundle);
            } catch (BundleException e) {
                throw new UnreadableException(e.getMessage() + "; install the program again, or move "
                        + repository.copies()
                        + " away to go back to its own features", e);
            }
        }
        state = new Snapshot(List.copyOf(requested), forRun, choices, known, installed, plan, running, broken);
    }

    private Entry require(String name, Map<String, Entry> known) throws UnreadableException {
        Entry entry = known.get(name);
        if (entry == null) {
            throw new UnreadableException("there is no feature \"" + name + "\"; choose from "
                    + String.join(", ", known.keySet()) + " with --features");
        }
        List<Path> missing = repository.missing(entry.feature());
        if (!missing.isEmpty()) {
            throw new UnreadableException("the feature " + name + " needs " + missing.get(0)
                    + ", which is missing; install the program again");
        }
        return entry;
    }

    /** Which build of each bundle runs; what came by a file outranks the program's own. */
    private Map<String, ID> plan(Collection<Entry> features) {
        Map<String, ID> plan = new LinkedHashMap<>();
        for (boolean copies : new boolean[] {false, true}) {
            for (Entry entry : features) {
                if (repository.isProgramsOwn(entry) != copies) {
                    entry.feature().getBundles().forEach(bundle ->
                            plan.put(Entry.bundleOf(bundle.getID()), bundle.getID()));
                }
            }
        }
        return plan;
    }

    FeatureInfo install(String name) throws FeatureException {
        long deadlineNanos = System.nanoTime() + readyNanosMax;
        Snapshot now = state;
        Entry entry = known(name);
        List<Path> missing = repository.missing(entry.feature());
        if (!missing.isEmpty()) {
            throw new FeatureException("the feature " + name + " cannot be installed: its bundle " + missing.get(0)
                    + " is missing; install the program again");
        }
        Map<String, Entry> next = new LinkedHashMap<>(now.installed());
        next.put(name, entry);
        change("the feature " + name + " cannot be installed: ", next, now.known(), now.choices().install(name, time()),
                List.of(), () -> { }, deadlineNanos);
        return awaitReady(name, deadlineNanos);
    }

    FeatureInfo install(Path file) throws FeatureException {
        long deadlineNanos = System.nanoTime() + readyNanosMax;
        Snapshot now = state;
        Imported imported;
        try {
            imported = repository.importFile(file);
        } catch (UnreadableException e) {
            throw new FeatureException(e.getMessage());
        }
        Entry entry = imported.entry();
        Map<String, Entry> next = new LinkedHashMap<>(now.installed());
        next.put(entry.name(), entry);
        Map<String, Entry> known = new TreeMap<>(now.known());
        known.put(entry.name(), entry);
        Set<String> rest = plan(next.values()).keySet();
        List<String> losses = cutOff.by(now.running().entrySet().stream().filter(one -> !rest.contains(one.getKey()))
                .map(Map.Entry::getValue).toList());
        if (!losses.isEmpty()) {
            FeatureRepository.discard(imported.copied());
            throw new FeatureException(file + " names fewer bundles than the installed feature " + entry.name()
                    + ", and some are in use", losses);
        }
        change("the feature " + entry.name() + " cannot be installed from " + file + ": ", next, known,
                now.choices().installFile(entry.name(), time(), file.toAbsolutePath().normalize().toString()),
                        imported.copied(), () -> repository.keep(entry),
                deadlineNanos);
        return awaitReady(entry.name(), deadlineNanos);
    }

    FeatureInfo remove(String name, boolean force) throws FeatureException {
        Snapshot now = state;
        if (now.isLost(name)) {
            FeatureInfo lost = info(name);
            change("the feature " + name + " cannot be removed: ", now.installed(), now.known(),
                    now.choices().remove(name, time()), List.of(), () -> { },
                    System.nanoTime() + readyNanosMax);
            return lost;
        }
        known(name);
        if (!now.installed().containsKey(name)) {
            throw new FeatureException("the feature " + name + " is not installed");
        }
        List<String> losses = force ? List.of() : cutOff(name);
        if (!losses.isEmpty()) {
            throw new FeatureException("the feature " + name + " is in use, nothing was removed", losses);
        }
        Map<String, Entry> next = new LinkedHashMap<>(now.installed());
        next.remove(name);
        Map<String, Entry> known = new TreeMap<>(now.known());
        try {
            Entry original = repository.read().get(name);
            if (original == null) {
                known.remove(name);
            } else {
                known.put(name, original);
            }
        } catch (UnreadableException e) {
            throw new FeatureException(e.getMessage());
        }
        FeatureInfo before = info(name);
        change("the feature " + name + " cannot be removed: ", next, known, now.choices().remove(name, time()),
                List.of(), () -> { },
                System.nanoTime() + readyNanosMax);
        return known.containsKey(name) ? info(name)
                : new FeatureInfo(name, before.id(), before.description(), false, Status.of(State.OFF, "not installed"),
                List.of());
    }

    /** What the removal of a feature would cut off now. */
    List<String> cutOff(String name) {
        Snapshot now = state;
        Set<String> rest = new LinkedHashSet<>();
        now.installed().values().stream().filter(entry -> !entry.name().equals(name))
                .forEach(entry -> entry.feature().getBundles()
                .forEach(bundle -> rest.add(Entry.bundleOf(bundle.getID()))));
        return cutOff.by(now.running().entrySet().stream().filter(one -> !rest.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .filter(bundle -> !Bundles.isKernel(bundle)).toList());
    }

    private Entry known(String name) throws FeatureException {
        Entry entry = state.known().get(name);
        if (entry == null) {
            throw new FeatureException("there is no feature " + name + "; this node knows "
                    + String.join(", ", state.known().keySet()));
        }
        return entry;
    }

    /** What must be undone if a step of a change fails. */
    private interface Undo {
        void run() throws BundleException, IOException, UnreadableException;
    }

    /** A last step that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    /** Brings the node from the features that are installed to others, or leaves everything as it was. */
    private void change(String failure, Map<String, Entry> next, Map<String, Entry> known, Choices choices,
            List<Path> copied, Step keep,
            long deadlineNanos) throws FeatureException {
        Snapshot now = state;
        Map<String, ID> plan = plan(next.values());
        Map<String, Bundle> running = new LinkedHashMap<>();
        Map<Bundle, Bundle> replaced = new LinkedHashMap<>();
        List<Bundle> fresh = new ArrayList<>();
        Deque<Undo> undo = new ArrayDeque<>();
        undo.push(() -> bundles.remove(fresh));
        try {
            for (Map.Entry<String, ID> one : plan.entrySet()) {
                Bundle present = now.running().get(one.getKey());
                if (present != null && one.getValue().equals(now.plan().get(one.getKey()))) {
                    running.put(one.getKey(), present);
                    continue;
                }
                Bundle bundle = bundles.install(repository.locate(one.getValue()));
                running.put(one.getKey(), bundle);
                if (!Bundles.isKernel(bundle)) {
                    fresh.add(bundle);
                }
                if (present != null && !Bundles.isKernel(present)) {
                    replaced.put(bundle, present);
                }
            }
            requireResolvable(fresh, known, next);
            Set<String> pids = changed(FeatureConfigurations.pids(now.installed().values()),
                    FeatureConfigurations.pids(next.values()), fresh);
            undo.push(() -> configurations.apply(now.installed().values(), pids));
            configurations.apply(next.values(), pids);
            for (Bundle bundle : fresh) {
                start(bundle, replaced.get(bundle), undo);
            }
            requireStarted(fresh, deadlineNanos);
            undo.push(() -> repository.write(now.choices()));
            repository.write(choices);
            keep.run();
        } catch (BundleException | IOException | UnreadableException | FeatureException | RuntimeException e) {
            rollBack(undo);
            FeatureRepository.discard(copied);
            throw new FeatureException(failure + (e instanceof RuntimeException ? e.toString() : e.getMessage())
                    + "; everything is as it was");
        }
        Set<Bundle> gone = new LinkedHashSet<>(now.running().values());
        gone.removeAll(running.values());
        gone.removeIf(Bundles::isKernel);
        state = new Snapshot(now.requested(), now.forRun(), choices, known, next, plan, running,
                without(now.broken(), next.keySet(), choices));
        bundles.remove(gone);
        LOG.info("features: {}", String.join(", ", next.keySet()));
        try {
            if (known.keySet().containsAll(choices.files().keySet())) {
                repository.prune(choices.files().keySet().stream().map(known::get).toList());
            }
        } catch (IOException e) {
            LOG.warn("copies of features that are not used any more could not be deleted: {}", e.getMessage());
        }
    }

    /**
     * Installed configurations are applied again even if both have them, as far as bundles are new: their defaults may
     * be.
     */
    private static Set<String> changed(Set<String> before, Set<String> after, List<Bundle> fresh) {
        Set<String> pids = new LinkedHashSet<>(before);
        pids.addAll(after);
        if (fresh.isEmpty()) {
            pids.removeIf(pid -> before.contains(pid) && after.contains(pid));
        }
        return pids;
    }

    private static Map<String, String> without(Map<String, String> broken, Set<String> installed, Choices choices) {
        Map<String, String> less = new TreeMap<>(broken);
        less.keySet().removeAll(installed);
        less.keySet().removeAll(choices.removed().keySet());
        return less;
    }

    private void requireResolvable(List<Bundle> fresh, Map<String, Entry> known, Map<String,
            Entry> next) throws FeatureException {
        var unresolved = bundles.unresolved(fresh);
        if (unresolved.isPresent()) {
            throw new FeatureException(unresolved.get());
        }
        for (Bundle bundle : fresh) {
            for (String service : bundles.unofferedServices(bundle)) {
                Map<String, Entry> others = new TreeMap<>(known);
                others.keySet().removeAll(next.keySet());
                List<String> offering = repository.offering(service, others);
                throw new FeatureException("the bundle " + bundle.getSymbolicName() + " needs a "
                        + service.substring(service.lastIndexOf('.') + 1)
                        + ", which nothing here offers" + (offering.isEmpty() ? "" : ": install the feature "
                        + String.join(" or ", offering) + " first"));
            }
        }
    }

    /** A build that replaces another starts beside it where neither minds, else right after it has stopped. */
    private void start(Bundle bundle, Bundle before, Deque<Undo> undo) throws BundleException, FeatureException {
        if (before != null && !bundles.maySharePlace(before)) {
            undo.push(() -> bundles.start(before));
            undo.push(() -> bundles.stop(bundle));
            bundles.stop(before);
        }
        bundles.start(bundle);
        List<String> refused = bundles.refused(bundle);
        if (!refused.isEmpty()) {
            throw new FeatureException(String.join("; ", refused));
        }
    }

    /** Waits while parts of new bundles are starting, so that one that fails is noticed while there is a way back. */
    private void requireStarted(List<Bundle> fresh, long deadlineNanos) throws FeatureException {
        Status settled = status.settle(fresh, deadlineNanos);
        if (settled.state() == State.FAILED) {
            throw new FeatureException(settled.reason());
        }
    }

    private void rollBack(Deque<Undo> undo) {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (BundleException | IOException | UnreadableException | RuntimeException e) {
                LOG.error("a step of a change that failed could not be taken back: {}", e.toString());
            }
        }
    }

    private FeatureInfo awaitReady(String name, long deadlineNanos) {
        Snapshot now = state;
        Status settled = status.settle(now.bundlesOf(now.installed().get(name)), deadlineNanos);
        FeatureInfo info = info(name);
        return new FeatureInfo(name, info.id(), info.description(), true, settled, info.bundles());
    }

    FeatureInfo info(String name) {
        return report.info(name, state);
    }

    FeatureDetails details(String name) throws FeatureException {
        Snapshot now = state;
        if (!now.names().contains(name)) {
            known(name); // says that it is not
        }
        return report.details(name, now, now.installed().containsKey(name) ? cutOff(name) : List.of());
    }

    private static String time() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
