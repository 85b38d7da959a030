package bytchat.api.status;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a part is doing now.
 *
 * @param reason one sentence that says why, never empty unless READY
 * @param facts  figures by name, in the order to show them; values are strings, numbers, booleans, or lists and maps of those.
 *               Names end in their unit, for example {@code stored_bytes}
 */
public record Status(State state, String reason, Map<String, Object> facts) {
    public Status {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    public static Status of(State state, String reason) {
        return new Status(state, reason, Map.of());
    }

    public static Status ready(Map<String, Object> facts) {
        return new Status(State.READY, "", facts);
    }
}
