package bytchat.itests.container.bringing;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/** A part that a feature file brings with a configuration of its own. */
@Component(immediate = true, configurationPid = "test.brought", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BroughtComponent implements StatusSource {
    private final Object greeting;

    @Activate
    public BroughtComponent(Map<String, Object> properties) {
        greeting = properties.get("greeting");
    }

    @Override
    public String part() {
        return "test.brought";
    }

    @Override
    public Status status() {
        return new Status(State.WAITING, "says " + greeting, Map.of());
    }
}
