package bytchat.ui.shell.internal;

import bytchat.api.env.Environment;
import bytchat.api.features.InUse;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers the commands on the control socket and, under the scope {@code bytchat}, to Gogo. */
@Component(service = {StatusSource.class, InUse.class}, immediate = true, configurationPid = "bytchat.ui.shell",
        property = StatusSource.PROPERTY + "=" + ShellComponent.PART)
@Designate(ocd = ShellConfig.class)
public final class ShellComponent implements StatusSource, InUse {
    static final String PART = "ui.shell";
    private static final Logger LOG = LoggerFactory.getLogger(ShellComponent.class);
    private static final String BUNDLE = "bytchat." + PART;
    private static final String SCOPE = "bytchat";

    private final List<ServiceRegistration<Function>> registrations = new ArrayList<>();
    private final Optional<ControlSocket> socket;
    private final Status status;

    @Activate
    public ShellComponent(BundleContext context, @Reference Environment environment, ShellConfig config) {
        Shell shell = new Shell(() -> new BundleServices(context));
        Optional<ControlSocket> opened = Optional.empty();
        Status state;
        try {
            opened = Optional.of(ControlSocket.open(Path.of(context.getProperty("bytchat.data")),
                    config.commands__max(),
                    new ControlProtocol(shell, environment.loop())));
            state = Status.ready(Map.of("socket", opened.get().path().toString()));
        } catch (IOException e) {
            LOG.warn("no control socket: {}", e.getMessage());
            state = Status.of(State.FAILED, "the control socket could not be made: " + e.getMessage());
        }
        socket = opened;
        status = state;
        for (String name : shell.names()) {
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put("osgi.command.scope", SCOPE);
            properties.put("osgi.command.function", name);
            registrations.add(context.registerService(Function.class, new GogoFunction(shell, name), properties));
        }
    }

    @Deactivate
    void deactivate() {
        registrations.forEach(ServiceRegistration::unregister);
        socket.ifPresent(ControlSocket::close);
    }

    @Override
    public List<String> cutOffBy(Set<String> symbolicNames) {
        return symbolicNames.contains(BUNDLE) ? List.of("without " + PART + " no command reaches this node, until it is started with --features that name shell")
                : List.of();
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        return status;
    }
}
