package bytchat.routing.internal;

import bytchat.api.routing.RoutingPlane;
import java.util.concurrent.CompletionStage;

/** A plane that has been taken, and how many lookups it has under way. Used on the event loop. */
final class Serving {
    private final InstalledPlane from;
    private final RoutingPlane plane;
    private int underWay;
    private Runnable whenIdle = () -> { };

    Serving(InstalledPlane from, RoutingPlane plane) {
        this.from = from;
        this.plane = plane;
    }

    InstalledPlane from() {
        return from;
    }

    RoutingPlane plane() {
        return plane;
    }

    void busyUntil(CompletionStage<?> end) {
        underWay++;
        end.whenComplete((result, failure) -> {
            underWay--;
            if (underWay == 0) {
                whenIdle.run();
            }
        });
    }

    /** Runs the action once nothing is under way, at once if nothing is. */
    void whenIdle(Runnable action) {
        whenIdle = action;
        if (underWay == 0) {
            action.run();
        }
    }
}
