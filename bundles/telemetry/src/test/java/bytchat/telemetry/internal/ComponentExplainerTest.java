package bytchat.telemetry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import org.osgi.util.promise.Promise;

class ComponentExplainerTest {
    private final ComponentConfigurationDTO configuration = new ComponentConfigurationDTO();
    private Set<String> factoryPids = Set.of();

    @Test
    void namesTheServiceThatIsMissing() {
        configuration.state = ComponentConfigurationDTO.UNSATISFIED_REFERENCE;
        configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] { unsatisfied("mailboxStore", null) };
        assertThat(explain("bytchat.plane.mailbox", Map.of()))
                .isEqualTo(Map.of("plane.mailbox", Status.of(State.STARTING, "waits for a MailboxStore")));
    }

    @Test
    void namesTheKeySpace() {
        configuration.state = ComponentConfigurationDTO.UNSATISFIED_REFERENCE;
        configuration.unsatisfiedReferences =
                new UnsatisfiedReferenceDTO[] { unsatisfied("mailboxStore", "(bytchat.keyspace=default)") };
        assertThat(explain("bytchat.mailbox", Map.of("bytchat.keyspace", "default"))).isEqualTo(Map.of(
                "mailbox~default", Status.of(State.STARTING, "waits for a MailboxStore")));
    }

    @Test
    void quotesTheCauseOfAFailure() {
        configuration.state = ComponentConfigurationDTO.FAILED_ACTIVATION;
        configuration.failure = "java.lang.reflect.InvocationTargetException\n\tat somewhere\n"
                + "Caused by: java.net.BindException: port 4000 is taken\n\tat elsewhere";
        assertThat(explain("bytchat.transport.udp", Map.of("service.pid", "bytchat.transport.udp~main")))
                .isEqualTo(Map.of("transport.udp~main",
                        Status.of(State.FAILED, "could not start: java.net.BindException: port 4000 is taken")));
    }

    @Test
    void aFactoryWithoutInstancesIsNotMissing() {
        configuration.state = ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION;
        assertThat(explain("bytchat.rpc", Map.of())).isEmpty();
    }

    @Test
    void aRunningComponentAndOthersBundlesNeedNoExplanation() {
        configuration.state = ComponentConfigurationDTO.ACTIVE;
        assertThat(explain("bytchat.rpc", Map.of())).isEmpty();
        configuration.state = ComponentConfigurationDTO.UNSATISFIED_REFERENCE;
        configuration.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] { unsatisfied("mailboxStore", null) };
        assertThat(explain("org.apache.felix.something", Map.of())).isEmpty();
    }

    @Test
    void aConfigurationThatHasNotArrivedIsWaitedFor() {
        configuration.state = ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION;
        factoryPids = Set.of("bytchat.rpc~default", "bytchat.tracker~default");
        assertThat(explain("bytchat.rpc", Map.of())).containsOnlyKeys("rpc~default");
        configuration.state = ComponentConfigurationDTO.ACTIVE;
        assertThat(explain("bytchat.rpc", Map.of("service.pid", "bytchat.rpc~default"))).isEmpty();
    }

    private Map<String, Status> explain(String bundle, Map<String, Object> properties) {
        ComponentDescriptionDTO description = new ComponentDescriptionDTO();
        description.bundle = new BundleDTO();
        description.bundle.symbolicName = bundle;
        ReferenceDTO reference = new ReferenceDTO();
        reference.name = "mailboxStore";
        reference.interfaceName = "bytchat.api.store.MailboxStore";
        description.configurationPid = new String[] { bundle };
        description.serviceInterfaces = new String[0];
        description.references = new ReferenceDTO[] { reference };
        configuration.properties = properties;
        return new ComponentExplainer(new FixedRuntime(description, configuration), () -> factoryPids).explain();
    }

    private static UnsatisfiedReferenceDTO unsatisfied(String name, String target) {
        UnsatisfiedReferenceDTO unsatisfied = new UnsatisfiedReferenceDTO();
        unsatisfied.name = name;
        unsatisfied.target = target;
        return unsatisfied;
    }

    private record FixedRuntime(ComponentDescriptionDTO description, ComponentConfigurationDTO configuration)
            implements ServiceComponentRuntime {
        @Override
        public Collection<ComponentDescriptionDTO> getComponentDescriptionDTOs(Bundle... bundles) {
            return List.of(description);
        }

        @Override
        public ComponentDescriptionDTO getComponentDescriptionDTO(Bundle bundle, String name) {
            return description;
        }

        @Override
        public Collection<ComponentConfigurationDTO> getComponentConfigurationDTOs(ComponentDescriptionDTO of) {
            return List.of(configuration);
        }

        @Override
        public boolean isComponentEnabled(ComponentDescriptionDTO of) {
            return true;
        }

        @Override
        public Promise<Void> enableComponent(ComponentDescriptionDTO of) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Promise<Void> disableComponent(ComponentDescriptionDTO of) {
            throw new UnsupportedOperationException();
        }
    }
}
