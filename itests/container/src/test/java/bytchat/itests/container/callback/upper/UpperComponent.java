package bytchat.itests.container.callback.upper;

import bytchat.itests.container.callback.contract.Endpoint;
import bytchat.itests.container.callback.contract.Upper;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Refers downwards and passes its callback along; closes the registration when it goes. */
@Component(immediate = true)
public final class UpperComponent implements Upper {
    private final AtomicInteger handled = new AtomicInteger();
    private final AutoCloseable registration;

    @Activate
    public UpperComponent(@Reference(name = "endpoint") Endpoint endpoint) {
        registration = endpoint.handle("greet", name -> {
            handled.incrementAndGet();
            return "hello " + name;
        });
    }

    @Deactivate
    void deactivate() throws Exception {
        registration.close();
    }

    @Override
    public int handled() {
        return handled.get();
    }
}
