package bytchat.ui.web.internal;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request.
 *
 * @param path      decoded, without the query
 * @param query     the first value of each parameter
 * @param variables what stands in the places that the route leaves open
 */
record Call(String method, String path, Map<String, String> query, HttpHeaders headers, byte[] body, Map<String, String> variables) {
    static final String JSON = "application/json";

    Call with(Map<String, String> found) {
        return new Call(method, path, query, headers, body, found);
    }

    String variable(String name) {
        return variables.get(name);
    }

    /** The body's media type without parameters, lower case; empty if there is none. */
    String contentType() {
        String value = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** The body, if it is a JSON object. */
    JsonObject json() throws ApiException {
        if (!contentType().equals(JSON)) {
            throw new ApiException(415, "The body has to be " + JSON + ".");
        }
        try (JsonReader reader = Views.PROVIDER.createReader(new ByteArrayInputStream(body))) {
            return reader.readObject();
        } catch (RuntimeException e) { // its own for a wrong syntax, a plain one for too many levels
            throw new ApiException(400, "The body is not a JSON object.");
        }
    }

    /** A text of the body that has to be there, of 1 to so many characters. */
    static String text(JsonObject body, String name, int charactersMax) throws ApiException {
        return optionalText(body, name, charactersMax)
                .orElseThrow(() -> new ApiException(400, "The body lacks the text \"" + name + "\"."));
    }

    static Optional<String> optionalText(JsonObject body, String name, int charactersMax) throws ApiException {
        JsonValue value = body.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof JsonString text) || text.getChars().isEmpty() || text.getChars().length() > charactersMax) {
            throw new ApiException(400, "\"" + name + "\" has to be a text of 1 to " + charactersMax + " characters.");
        }
        return Optional.of(text.getString());
    }

    /** A whole number of the body that has to be there, from 0. */
    static long number(JsonObject body, String name) throws ApiException {
        try {
            if (body.get(name) instanceof JsonNumber number && number.longValueExact() >= 0) {
                return number.longValueExact();
            }
        } catch (ArithmeticException e) {
            // said below: a fraction, or larger than a long
        }
        throw new ApiException(400, "\"" + name + "\" has to be a whole number from 0.");
    }

    /** A parameter of the query that is a whole number, if it is given. */
    Optional<Long> parameter(String name, long min, long max) throws ApiException {
        String value = query.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            // said below, as if it were out of range
        }
        throw new ApiException(400, "\"" + name + "\" has to be a whole number from " + min + " to " + max + ".");
    }
}
