package bytchat.routing.internal;

import bytchat.api.routing.RoutingPlane;
import java.util.function.Supplier;

/** A plane that another bundle offers. Two are equal only if they are the same. */
record ServicePlane(String name, String bundle, Supplier<RoutingPlane> taking, Runnable givingBack) implements InstalledPlane {
    @Override
    public RoutingPlane take() {
        return taking.get();
    }

    @Override
    public void giveBack() {
        givingBack.run();
    }
}
