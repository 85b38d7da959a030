package bytchat.features.internal;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** How the parts of some bundles are. */
final class FeatureStatus {
    private static final List<State> SEVERITY = List.of(State.READY, State.OFF, State.DRAINING, State.WAITING,
            State.JOINING, State.STARTING, State.FAILED);
    private static final String OURS = "bytchat.";

    private static final long LOOK_AGAIN_MS = 10;
    private static final String CAUSED_BY = "Caused by: ";

    private final Supplier<NodeHealth> health;
    private final ServiceComponentRuntime components;

    /**
     * @param health what the parts say of themselves, and why those of ours that are silent do not run; gives null
     *         while nobody knows
     */
    FeatureStatus(Supplier<NodeHealth> health, ServiceComponentRuntime components) {
        this.health = health;
        this.components = components;
    }

    /** Each part by name. */
    Map<String, Status> parts(Collection<Bundle> bundles) {
        NodeHealth nodeHealth = health.get();
        Map<String, Status> parts = new TreeMap<>();
        if (nodeHealth != null) {
            List<String> names = bundles.stream().map(Bundle::getSymbolicName).toList();
            nodeHealth.parts().forEach((part, status) -> {
                // a part carries the name of its bundle without the common prefix, and perhaps its key space
                String name = part.split("~", 2)[0];
                if (names.contains(OURS + name) || names.contains(name)) {
                    parts.put(part, status);
                }
            });
        }
        for (Bundle bundle : bundles) {
            if (bundle.getSymbolicName() != null && !bundle.getSymbolicName().startsWith(OURS)) {
                foreign(bundle).ifPresent(status -> parts.put(bundle.getSymbolicName(), status));
            }
        }
        return parts;
    }

    /** Of a component that is not ours the node's health knows nothing. */
    private Optional<Status> foreign(Bundle bundle) {
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs(bundle)) {
            for (ComponentConfigurationDTO configuration : components.getComponentConfigurationDTOs(component)) {
                if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    return Optional.of(Status.of(State.FAILED, "could not start: " + cause(configuration.failure)));
                }
                if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                    return Optional.of(Status.of(State.STARTING, "waits for "
                            + Arrays.stream(configuration.unsatisfiedReferences).map(reference -> reference.name)
                            .collect(Collectors.joining(" and "))));
                }
            }
        }
        return Optional.empty();
    }

    /** The innermost cause of a stack trace, in one line. */
    private static String cause(String stackTrace) {
        List<String> lines = stackTrace == null ? List.of() : stackTrace.lines().toList();
        return lines.stream().filter(line -> line.startsWith(CAUSED_BY)).reduce((outer, inner) -> inner)
                .map(line -> line.substring(CAUSED_BY.length()))
                .orElse(lines.isEmpty() ? "the log says why" : lines.get(0));
    }

    /** The worst of them, or ready. */
    Status of(Collection<Bundle> bundles) {
        return parts(bundles).entrySet().stream().filter(part -> part.getValue().state() != State.READY)
                .max(Comparator.comparing(part -> SEVERITY.indexOf(part.getValue().state())))
                .map(part -> Status.of(part.getValue().state(), part.getKey() + ": " + part.getValue().reason()))
                .orElseGet(() -> Status.ready(Map.of()));
    }

    /** Waits while parts of the bundles are starting, until {@link System#nanoTime} says so; then how they are. */
    Status settle(List<Bundle> own, long deadlineNanos) {
        Status seen = of(own);
        while ((seen.state() == State.STARTING || seen.state() == State.JOINING)
                && System.nanoTime() - deadlineNanos < 0) {
            try {
                Thread.sleep(LOOK_AGAIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the node stops
                return seen;
            }
            seen = of(own);
        }
        return seen;
    }
}
