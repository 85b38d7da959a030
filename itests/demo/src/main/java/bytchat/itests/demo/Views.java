package bytchat.itests.demo;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** What a node says of itself, asked by commands. */
final class Views {
    private Views() {
    }

    static JsonArray messages(DemoNode node) throws DemoFailure {
        return Ctl.run(node, "inbox", "--limit", "1000").asJsonArray();
    }

    private static List<JsonObject> rows(DemoNode node, String direction) throws DemoFailure {
        return messages(node).stream().map(JsonValue::asJsonObject).filter(row -> row.getString("direction").equals(direction)).toList();
    }

    static List<JsonObject> received(DemoNode node) throws DemoFailure {
        return rows(node, "in");
    }

    static List<JsonObject> sent(DemoNode node) throws DemoFailure {
        return rows(node, "out");
    }

    /** What the node's person is shown, for the ledger. */
    static List<Ledger.Shown> shown(DemoNode node) throws DemoFailure {
        List<Ledger.Shown> shown = new ArrayList<>();
        for (JsonObject row : received(node)) {
            shown.add(new Ledger.Shown(row.getString("mime_type"), digest(row)));
        }
        return shown;
    }

    static String digest(JsonObject message) {
        return Ledger.digest(Base64.getDecoder().decode(message.getString("data_base64")));
    }

    /** States of what this node's person has sent. */
    static List<String> states(DemoNode node) throws DemoFailure {
        return sent(node).stream().map(row -> row.getString("state")).toList();
    }

    /** What became of what this node's person has sent, in the node's words. */
    static String outgoing(DemoNode node) throws DemoFailure {
        return sent(node).stream()
                .map(row -> row.getString("state") + (row.getString("detail").isEmpty() ? "" : " (" + row.getString("detail") + ")"))
                .collect(Collectors.joining(", "));
    }

    static boolean connected(DemoNode node) throws DemoFailure {
        JsonArray contacts = Ctl.run(node, "contact", "list").asJsonArray();
        return contacts.size() == 1 && contacts.getJsonObject(0).getString("state").equals("connected");
    }

    /** The account's row, empty before there is one. */
    static JsonObject account(DemoNode node) throws DemoFailure {
        JsonArray accounts = Ctl.run(node, "id").asJsonObject().getJsonArray("accounts");
        return accounts.isEmpty() ? JsonValue.EMPTY_JSON_OBJECT : accounts.getJsonObject(0);
    }

    /** What a node keeps for others, in words. */
    static String held(DemoNode node) throws DemoFailure {
        JsonObject facts = mailbox(node);
        return facts.getInt("envelopes") + " envelopes, " + facts.getInt("stored_bytes") + " bytes";
    }

    static String heldQuietly(DemoNode node) {
        try {
            return held(node);
        } catch (DemoFailure e) {
            return e.getMessage();
        }
    }

    static long envelopes(List<DemoNode> nodes) throws DemoFailure {
        long sum = 0;
        for (DemoNode node : nodes) {
            sum += mailbox(node).getInt("envelopes");
        }
        return sum;
    }

    /** How often these nodes were asked to keep an envelope and did, since they were started. */
    static long puts(List<DemoNode> nodes) throws DemoFailure {
        long sum = 0;
        for (DemoNode node : nodes) {
            sum += mailbox(node).getJsonObject("served").getInt("mailbox_put", 0);
        }
        return sum;
    }

    private static JsonObject mailbox(DemoNode node) throws DemoFailure {
        return facts(node, "mailbox~default");
    }

    /** Figures of a part of a node. */
    static JsonObject facts(DemoNode node, String part) throws DemoFailure {
        JsonObject parts = Ctl.run(node, "status", part).asJsonObject();
        if (!parts.containsKey(part)) {
            throw new DemoFailure(node.name() + " has no part " + part);
        }
        return parts.getJsonObject(part).getJsonObject("facts");
    }
}
