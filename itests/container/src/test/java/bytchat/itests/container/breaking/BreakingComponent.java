package bytchat.itests.container.breaking;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Needs nothing, and cannot start all the same. */
@Component(service = BreakingComponent.class, immediate = true)
public final class BreakingComponent {
    @Activate
    public BreakingComponent() {
        throw new IllegalStateException("out of luck");
    }
}
