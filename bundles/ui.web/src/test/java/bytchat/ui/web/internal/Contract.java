package bytchat.ui.web.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document, held against what is really answered. */
final class Contract {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final JsonNode document;
    /** Operations that were answered with success. */
    final Set<String> shown = new TreeSet<>();

    Contract() throws IOException {
        try (InputStream in = Contract.class.getResourceAsStream("/openapi.json")) {
            document = MAPPER.readTree(in);
        }
    }

    /** "METHOD path" of each. */
    Set<String> operations() {
        Set<String> all = new TreeSet<>();
        document.get("paths").fields().forEachRemaining(path -> path.getValue().fieldNames()
                .forEachRemaining(method -> all.add(method.toUpperCase() + " " + path.getKey())));
        return all;
    }

    /** Fails unless status, media type and body of the answer are as described. */
    HttpResponse<byte[]> check(String method, String path, HttpResponse<byte[]> answer) throws IOException {
        String what = method + " " + path + ": " + answer.statusCode();
        JsonNode operation = document.get("paths").path(path).path(method.toLowerCase());
        JsonNode response = resolve(operation.path("responses").path(String.valueOf(answer.statusCode())));
        if (response.isMissingNode()) {
            throw new AssertionError(what + " is not described; the body is " + new String(answer.body()));
        }
        String type = answer.headers().firstValue("content-type").orElse("");
        JsonNode content = response.path("content");
        if (type.isEmpty() ? !content.isMissingNode() : !content.has(type)) {
            throw new AssertionError(what + " is not described with the type \"" + type + "\"");
        }
        if (type.equals("application/json")) {
            validate(what, content.get(type).get("schema"), MAPPER.readTree(answer.body()));
        }
        if (answer.statusCode() < 300) {
            shown.add(method + " " + path);
        }
        return answer;
    }

    /** Fails unless the JSON is as the named schema says. */
    void check(String schema, String json) throws IOException {
        validate(schema, MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + schema), MAPPER.readTree(json));
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void validate(String what, JsonNode schema, JsonNode value) {
        ObjectNode root = MAPPER.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", document.get("components"));
        var wrong = SCHEMAS.getSchema(root).validate(value);
        if (!wrong.isEmpty()) {
            throw new AssertionError(what + " is not as described: " + wrong + " in " + value);
        }
    }
}
