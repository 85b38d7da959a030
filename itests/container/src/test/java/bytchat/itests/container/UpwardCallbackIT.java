package bytchat.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.itests.container.callback.contract.Endpoint;
import bytchat.itests.container.callback.contract.Handler;
import bytchat.itests.container.callback.contract.Upper;
import bytchat.itests.container.callback.contract.WhiteboardEndpoint;
import bytchat.itests.container.callback.lower.LowerComponent;
import bytchat.itests.container.callback.upper.UpperComponent;
import bytchat.itests.container.callback.whiteboard.WhiteboardHandlerComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The rule "upward talk is a callback passed down", and what happens to those who break it. */
class UpwardCallbackIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Path BUNDLES = TestBundles.temporaryDirectory();

    @RegisterExtension
    static final ContainerExtension CONTAINER = ContainerExtension.withKernel()
            .sharing(Endpoint.class.getPackageName(), "1.0.0")
            .bundle(TestBundles.build(BUNDLES, "test.lower", LowerComponent.class.getPackage()))
            .bundle(TestBundles.build(BUNDLES, "test.upper", UpperComponent.class.getPackage()))
            .bundle(TestBundles.build(BUNDLES, "test.whiteboard", WhiteboardHandlerComponent.class.getPackage()));

    @Test
    void aCallbackPassedDownIsCalledFromBelow() throws Exception {
        Upper upper = CONTAINER.service(Upper.class, PATIENCE);
        Endpoint endpoint = CONTAINER.service(Endpoint.class, PATIENCE);
        int before = upper.handled();
        assertThat(endpoint.request("greet", "world")).isEqualTo("hello world");
        assertThat(upper.handled()).isEqualTo(before + 1);
    }

    @Test
    void theRegistrationEndsWithWhoMadeIt(BundleContext context) throws Exception {
        Endpoint endpoint = CONTAINER.service(Endpoint.class, PATIENCE);
        Bundle upper = Arrays.stream(context.getBundles()).filter(b -> "test.upper".equals(b.getSymbolicName()))
                .findFirst().orElseThrow();
        upper.stop();
        assertThat(endpoint.request("greet", "world")).isEqualTo("204 method unknown");
        upper.start();
        Await.until("handler", PATIENCE, () -> endpoint.request("greet", "again").equals("hello again"));
    }

    /** The twin: the same two parts as a whiteboard. SCR finds a circle and the handler stays unbound. */
    @Test
    void aWhiteboardThatRefersBackIsLeftUnbound(BundleContext context) {
        ServiceReference<Handler> handler = context.getServiceReference(Handler.class);
        assertThat(handler).as("the handler is registered").isNotNull();
        WhiteboardEndpoint endpoint = context.getService(context.getServiceReference(WhiteboardEndpoint.class));
        assertThat(endpoint.handlers()).isZero();
    }
}
