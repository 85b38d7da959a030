package bytchat.telemetry.internal;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * Says in words which declarative component of ours is not running and why. A component that was never configured is
 * not missing: a key space that does not exist has no parts.
 */
final class ComponentExplainer {
    /** A fact: the parts that offer what this one waits for, and so have to explain themselves first. */
    static final String WAITS_FOR = "waits_for";

    private static final String OURS = "bytchat.";
    private static final String CAUSED_BY = "Caused by: ";
    /** The part's own key space, which its name tells already. */
    private static final String KEY_SPACE_TARGET = "(bytchat.keyspace=";

    private final ServiceComponentRuntime runtime;
    private final Supplier<Set<String>> factoryPids;

    /** @param factoryPids the PIDs ({@code FACTORY~NAME}) of the factory configurations that there are */
    ComponentExplainer(ServiceComponentRuntime runtime, Supplier<Set<String>> factoryPids) {
        this.runtime = runtime;
        this.factoryPids = factoryPids;
    }

    /** The parts with a component that is not running, by name. */
    Map<String, Status> explain() {
        Map<String, Status> parts = new LinkedHashMap<>();
        Set<String> configured = factoryPids.get();
        Collection<ComponentDescriptionDTO> components = runtime.getComponentDescriptionDTOs();
        Map<String, String> offers = offers(components);
        for (ComponentDescriptionDTO component : components) {
            if (component.bundle.symbolicName == null || !component.bundle.symbolicName.startsWith(OURS)) {
                continue;
            }
            Set<String> pending = pidsOf(component, configured);
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
                pending.remove(configuration.properties.get(Constants.SERVICE_PID));
                status(component, configuration, offers).ifPresent(status -> parts
                        .merge(part(component, configuration), status, ComponentExplainer::worse));
            }
            // configurations are delivered on a thread of their own, so a part may not have heard of its own yet
            pending.forEach(pid -> parts.merge(pid.substring(OURS.length()),
                    Status.of(State.STARTING, "its configuration has not reached it yet"), ComponentExplainer::worse));
        }
        return parts;
    }

    /** Which part would offer a service, as far as components declare it. */
    private static Map<String, String> offers(Collection<ComponentDescriptionDTO> components) {
        Map<String, String> offers = new HashMap<>();
        for (ComponentDescriptionDTO component : components) {
            for (String service : component.serviceInterfaces) {
                offers.put(service, shortName(component));
            }
        }
        return offers;
    }

    private static Optional<Status> status(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration,
            Map<String, String> offers) {
        switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE:
                List<String> missing = new ArrayList<>();
                List<String> waitsFor = new ArrayList<>();
                for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
                    String service = serviceOf(component, reference);
                    String target = reference.target == null || reference.target.startsWith(KEY_SPACE_TARGET) ? ""
                            : " " + reference.target;
                    missing.add("a " + service.substring(service.lastIndexOf('.') + 1) + target);
                    Optional.ofNullable(offers.get(service)).ifPresent(waitsFor::add);
                }
                return Optional.of(new Status(State.STARTING, "waits for " + String.join(" and ", missing),
                        waitsFor.isEmpty() ? Map.of() : Map.of(WAITS_FOR, waitsFor)));
            case ComponentConfigurationDTO.FAILED_ACTIVATION:
                return Optional.of(Status.of(State.FAILED, "could not start: " + cause(configuration.failure)));
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION:
                // of a factory component that means no more than: there is no instance
            default:
                return Optional.empty();
        }
    }

    /** The innermost cause of a stack trace, in one line; the log has the rest. */
    private static String cause(String stackTrace) {
        if (stackTrace == null) {
            return "the log says why";
        }
        List<String> lines = stackTrace.lines().toList();
        return lines.stream().filter(line -> line.startsWith(CAUSED_BY)).reduce((outer, inner) -> inner)
                .map(line -> line.substring(CAUSED_BY.length())).orElse(lines.isEmpty() ? "" : lines.get(0));
    }

    private static Set<String> pidsOf(ComponentDescriptionDTO component, Set<String> configured) {
        Set<String> pids = new HashSet<>();
        for (String factory : component.configurationPid) {
            configured.stream().filter(pid -> pid.startsWith(factory + "~")).forEach(pids::add);
        }
        return pids;
    }

    private static String serviceOf(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied) {
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(unsatisfied.name)) {
                return reference.interfaceName;
            }
        }
        return unsatisfied.name;
    }

    private static String shortName(ComponentDescriptionDTO component) {
        String name = component.bundle.symbolicName;
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }

    private static String part(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        String name = shortName(component);
        Object keySpace = configuration.properties.get("bytchat.keyspace");
        Object pid = configuration.properties.get(Constants.SERVICE_PID);
        if (keySpace == null && pid instanceof String text && text.indexOf('~') > 0) {
            keySpace = text.substring(text.indexOf('~') + 1);
        }
        return keySpace == null ? name : name + "~" + keySpace;
    }

    /** Failed before waiting: fixing what failed is what the others wait for. */
    static Status worse(Status one, Status other) {
        return Severity.of(one.state()) >= Severity.of(other.state()) ? one : other;
    }
}
