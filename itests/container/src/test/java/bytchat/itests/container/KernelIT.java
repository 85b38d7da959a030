package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** The kernel by itself: what every node has, whatever its features. */
class KernelIT {
    @RegisterExtension
    static final ContainerExtension CONTAINER =
            ContainerExtension.withKernel().sharing("bytchat.api.status", "1.0.0");

    @Test
    void everyBundleOfTheKernelRuns(BundleContext context) {
        List<String> idle = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null)
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE).map(Bundle::getSymbolicName).toList();
        assertThat(idle).isEmpty();
        assertThat(context.getBundles()).hasSizeGreaterThan(20);
    }

    @Test
    void withNoFeatureTheNodeIsReady() throws Exception {
        NodeHealth health = CONTAINER.service(NodeHealth.class, Duration.ofSeconds(10));
        health.ready().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(health.overall().state()).isEqualTo(State.READY);
        assertThat(health.parts()).isEmpty();
    }
}
