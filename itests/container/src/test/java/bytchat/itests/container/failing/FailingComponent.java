package bytchat.itests.container.failing;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Cannot start. */
@Component(service = FailingComponent.class, immediate = true)
public final class FailingComponent {
    @Activate
    public FailingComponent() {
        throw new IllegalStateException("out of luck");
    }
}
