package bytchat.ui.web.internal;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What a request is answered with. */
sealed interface Answer {
    /**
     * All at once.
     *
     * @param headers beside those that every answer has; one of the same name replaces it
     */
    record Whole(int status, String contentType, byte[] body, Map<String, String> headers) implements Answer {
    }

    /** The stream of events, from where an earlier one ended. */
    record Events(Optional<String> lastEventId) implements Answer {
    }

    static Whole json(int status, JsonObject body) {
        return new Whole(status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Whole error(int status, String sentence) {
        return json(status, Views.error(sentence));
    }

    static Whole nothing() {
        return new Whole(204, "", new byte[0], Map.of());
    }
}
