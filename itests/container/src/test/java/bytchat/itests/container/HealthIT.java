package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.itests.container.failing.FailingComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** What an operator reads when a part does not run. */
class HealthIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Path BUNDLES = TestBundles.temporaryDirectory();

    @RegisterExtension
    static final ContainerExtension CONTAINER = ContainerExtension.withKernel().sharing("bytchat.api.status", "1.0.0")
            .bundle(TestBundles.build(BUNDLES, "bytchat.test.failing", FailingComponent.class.getPackage()));

    @Test
    void aPartThatCannotStartIsNamedWithItsCauseUntilItIsGone(BundleContext context) throws Exception {
        NodeHealth health = CONTAINER.service(NodeHealth.class, PATIENCE);
        Await.until("failed part", PATIENCE, () -> health.overall().state() == State.FAILED);
        assertThat(health.overall().reason())
                .isEqualTo("test.failing: could not start: java.lang.IllegalStateException: out of luck");
        assertThat(health.ready().toCompletableFuture()).isNotDone();

        Bundle failing = Arrays.stream(context.getBundles())
                .filter(bundle -> "bytchat.test.failing".equals(bundle.getSymbolicName())).findFirst().orElseThrow();
        failing.uninstall();
        Await.until("Ready without it", PATIENCE, () -> health.ready().toCompletableFuture().isDone());
        assertThat(health.parts()).isEmpty();
    }
}
