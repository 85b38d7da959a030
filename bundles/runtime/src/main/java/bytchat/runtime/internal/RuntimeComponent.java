package bytchat.runtime.internal;

import bytchat.api.env.Environment;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import io.netty.channel.EventLoopGroup;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Offers {@link Environment}, and the same loop as Netty's {@link EventLoopGroup}: a transport that runs its channels
 * there needs no hand-over between threads for a packet.
 */
@Component(service = StatusSource.class, immediate = true, configurationPid = "bytchat.runtime",
        property = StatusSource.PROPERTY + "=" + RuntimeComponent.PART)
@Designate(ocd = RuntimeConfiguration.class)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"bytchat.api.env.Environment,"
        + "io.netty.channel.EventLoopGroup\"")
public final class RuntimeComponent implements StatusSource {
    static final String PART = "runtime";

    private final NodeRuntime runtime;
    private final ServiceRegistration<?> group;
    private final ServiceRegistration<?> environment;

    @Activate
    public RuntimeComponent(BundleContext context, RuntimeConfiguration configuration) {
        runtime = new NodeRuntime(configuration.worker_threads(), configuration.worker_queue_tasks_max());
        group = context.registerService(EventLoopGroup.class, runtime.eventLoopGroup(), null);
        environment = context.registerService(Environment.class, runtime, null);
    }

    @Deactivate
    void deactivate() {
        environment.unregister();
        group.unregister();
        runtime.close();
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        return runtime.status();
    }
}
