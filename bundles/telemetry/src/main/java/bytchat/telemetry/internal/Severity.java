package bytchat.telemetry.internal;

import bytchat.api.status.State;
import java.util.List;

/** How much a state keeps the node from being Ready. */
final class Severity {
    private static final List<State> MILDEST_FIRST = List.of(State.READY, State.OFF, State.DRAINING, State.WAITING,
            State.JOINING, State.STARTING, State.FAILED);

    private Severity() {
    }

    static int of(State state) {
        return MILDEST_FIRST.indexOf(state);
    }

    /** Whether a part in this state has not come up yet, or never will. */
    static boolean blocksReady(State state) {
        return state == State.STARTING || state == State.JOINING || state == State.FAILED;
    }
}
