package bytchat.telemetry.internal;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final String OURS = "bytchat.";

    private final ServiceComponentRuntime runtime;

    ComponentExplainer(ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    /** The parts with a component that is not running, by name. */
    Map<String, Status> explain() {
        Map<String, Status> parts = new LinkedHashMap<>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            if (component.bundle.symbolicName == null || !component.bundle.symbolicName.startsWith(OURS)) {
                continue;
            }
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
                String reason = reason(component, configuration);
                if (reason != null) {
                    State state = configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION ? State.FAILED
                            : State.STARTING;
                    parts.merge(part(component, configuration), Status.of(state, reason), ComponentExplainer::worse);
                }
            }
        }
        return parts;
    }

    private static String reason(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE:
                List<String> missing = new ArrayList<>();
                for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
                    missing.add(describe(component, reference));
                }
                return "waits for " + String.join(" and ", missing);
            case ComponentConfigurationDTO.FAILED_ACTIVATION:
                // only the first line: the rest is a stack trace, which the log has
                String failure = configuration.failure == null ? "" : configuration.failure.lines().findFirst().orElse("");
                return "could not start: " + failure;
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION:
                // of a factory component that means no more than: there is no instance
            default:
                return null;
        }
    }

    private static String describe(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied) {
        for (ReferenceDTO reference : component.references) {
            if (reference.name.equals(unsatisfied.name)) {
                String service = reference.interfaceName.substring(reference.interfaceName.lastIndexOf('.') + 1);
                return "a " + service + (unsatisfied.target == null ? "" : " " + unsatisfied.target);
            }
        }
        return unsatisfied.name;
    }

    private static String part(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        String name = component.bundle.symbolicName.substring(OURS.length());
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
