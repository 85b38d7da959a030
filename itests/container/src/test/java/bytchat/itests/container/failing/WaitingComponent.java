package bytchat.itests.container.failing;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Waits for a service that nobody offers. */
@Component(service = WaitingComponent.class, immediate = true)
public final class WaitingComponent {
    private final Comparable<?> missing;

    @Activate
    public WaitingComponent(@Reference(name = "missing") Comparable<?> missing) {
        this.missing = missing;
    }

    @Override
    public String toString() {
        return "has " + missing;
    }
}
