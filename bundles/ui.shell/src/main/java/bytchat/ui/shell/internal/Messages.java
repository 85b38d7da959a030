package bytchat.ui.shell.internal;

import bytchat.api.messaging.Messenger.MessageView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How messages are shown. */
final class Messages {
    static final List<View.Column> COLUMNS = List.of(
            new View.Column("TIME", row -> Instant.ofEpochMilli((Long) row.get("at_ms"))
                    .truncatedTo(ChronoUnit.SECONDS)),
            new View.Column("", row -> row.get("direction").equals("in") ? "from" : "to"),
            new View.Column("CONTACT", row -> row.get("contact_name")),
            new View.Column("MESSAGE", row -> row.containsKey("text") ? ((String) row.get("text")).strip()
                    : "[" + row.get("mime_type") + ", " + row.get("bytes") + " bytes]"),
            new View.Column("STATE", Messages::state));

    private Messages() {
    }

    /** The state and why, in words. */
    static String state(Map<String, Object> row) {
        String state = (String) row.get("state");
        String detail = (String) row.get("detail");
        return detail.isEmpty() ? state : detail.startsWith(state) ? detail : state + ": " + detail;
    }

    static Map<String, Object> row(MessageView message) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", message.id());
        row.put("contact", message.contact());
        row.put("contact_name", message.contactName());
        row.put("number", message.number());
        row.put("direction", message.outgoing() ? "out" : "in");
        row.put("mime_type", message.mimeType());
        row.put("bytes", message.data().length);
        if (message.mimeType().startsWith("text/")) {
            row.put("text", new String(message.data(), StandardCharsets.UTF_8));
        }
        row.put("data_base64", message.data());
        row.put("sent_ms", message.sentMillis());
        row.put("at_ms", message.atMillis());
        row.put("state", message.state());
        row.put("detail", message.detail());
        return row;
    }
}
