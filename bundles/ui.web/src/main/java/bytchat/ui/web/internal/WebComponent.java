package bytchat.ui.web.internal;

import bytchat.api.env.Environment;
import bytchat.api.messaging.Messenger;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import bytchat.api.ui.PageAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page. Other services are looked up when a request asks for them: each may be missing, which the page then says.
 */
@Component(service = StatusSource.class, immediate = true, configurationPid = "bytchat.ui.web",
        property = StatusSource.PROPERTY + "=" + WebComponent.PART)
@Designate(ocd = WebConfiguration.class)
public final class WebComponent implements StatusSource {
    static final String PART = "ui.web";
    /** So that it stands below the line that says Ready. */
    private static final Duration ANNOUNCE_DELAY = Duration.ofMillis(100);
    private static final int PORT_MIN = 16_384;
    private static final int PORT_END = 32_768;
    private static final int PORTS_TRIED_MAX = 16;
    private static final Logger LOG = LoggerFactory.getLogger(WebComponent.class);

    private final AtomicBoolean announced = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Optional<PageServer> server;
    private final List<AutoCloseable> following = new ArrayList<>();
    private final String problem;

    @Activate
    public WebComponent(BundleContext context, @Reference Environment environment, WebConfiguration configuration) {
        TrackedNode node = new TrackedNode(context);
        Optional<PageServer> opened = Optional.empty();
        String why = "";
        try {
            opened = Optional.of(open(context, node, environment, configuration));
        } catch (IOException | IllegalArgumentException e) {
            why = e.getMessage();
            LOG.warn("there is no page: {}", why);
        }
        server = opened;
        problem = why;
        server.ifPresent(page -> {
            following.add(node);
            following.add(follow(context, Messenger.class, page::add, page::remove));
            following.add(context.registerService(PageAddress.class, page::launchAddress, null)::unregister);
            // on another thread, for the reason that TrackedNode gives
            page.execute(() -> announceWhenReady(context, environment, page));
        });
    }

    private synchronized void announceWhenReady(BundleContext context, Environment environment, PageServer page) {
        if (!closed.get()) {
            following.add(follow(context, NodeHealth.class,
                    health -> health.ready().thenRun(() -> environment.loop().schedule(ANNOUNCE_DELAY, () -> announce(page))), health -> { }));
        }
    }

    /** To the terminal, once, and nowhere else: logs are kept, and this has the token. */
    private void announce(PageServer page) {
        if (!closed.get() && !announced.getAndSet(true)) {
            System.out.println("Page: " + page.launchAddress());
        }
    }

    private static PageServer open(BundleContext context, Node node, Environment environment, WebConfiguration configuration)
            throws IOException {
        InetSocketAddress asked = PageSettings.loopback(configuration.listen());
        PageFiles files = new PageFiles(Path.of(context.getProperty("bytchat.data")));
        byte[] key = files.key(environment.random());
        String version = context.getBundle().getVersion().toString();
        if (asked.getPort() != 0) {
            return new PageServer(node, settings(asked, configuration), key, environment.clock(), environment.random(), version);
        }
        int port = files.port() == 0 ? anyPort(environment.random()) : files.port();
        for (int tries = 1;; tries++) {
            try {
                InetSocketAddress listen = new InetSocketAddress(asked.getAddress(), port);
                PageServer page =
                        new PageServer(node, settings(listen, configuration), key, environment.clock(), environment.random(), version);
                files.port(port);
                return page;
            } catch (IOException e) {
                if (tries == PORTS_TRIED_MAX) {
                    throw e;
                }
                LOG.info("the page cannot have the port {}, it takes another: {}", port, e.getMessage());
                port = anyPort(environment.random());
            }
        }
    }

    /** Below those that systems give to outgoing connections, one of which could have it at the next start. */
    private static int anyPort(SecureRandom random) {
        return PORT_MIN + random.nextInt(PORT_END - PORT_MIN);
    }

    private static PageSettings settings(InetSocketAddress listen, WebConfiguration configuration) {
        return new PageSettings(listen, configuration.connections__max(), configuration.streams__max(),
                configuration.changes__per__second__max(), configuration.strangers__per__second__max());
    }

    /** Tells of every service of a type that comes and goes. */
    private static <T> AutoCloseable follow(BundleContext context, Class<T> type, Consumer<T> comes, Consumer<T> goes) {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null) {
            @Override
            public T addingService(ServiceReference<T> reference) {
                T service = super.addingService(reference);
                if (service != null) { // null: gone already
                    comes.accept(service);
                }
                return service;
            }

            @Override
            public void removedService(ServiceReference<T> reference, T service) {
                goes.accept(service);
                super.removedService(reference, service);
            }
        };
        tracker.open();
        return tracker::close;
    }

    @Deactivate
    void deactivate() throws Exception {
        closed.set(true);
        try {
            synchronized (this) {
                for (AutoCloseable one : following) {
                    one.close();
                }
            }
        } finally {
            server.ifPresent(PageServer::close);
        }
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Status status() {
        return server.map(page -> Status.ready(page.facts())).orElseGet(() -> Status.of(State.FAILED, problem));
    }
}
