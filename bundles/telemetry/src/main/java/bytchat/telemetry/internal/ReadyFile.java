package bytchat.telemetry.internal;

import bytchat.api.account.Account;
import bytchat.api.keyspace.LocalNode;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells scripts that the node is Ready and how to reach it. The file appears whole or not at all.
 *
 * <p>{@code {"state", "pid", "data", "key_spaces": [{"name", "hash", "network", "node_id", "listen", "endpoint", "port",
 * "read_only"}], "accounts": [{"name", "fingerprint", "device", "uids": {key space: UID}}]}}; ids in hexadecimal,
 * addresses as {@code HOST:PORT}, one port for UDP and TCP.
 */
final class ReadyFile {
    private final Path file;

    ReadyFile(Path file) {
        this.file = file;
    }

    void write(JsonObject content) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(next, content + System.lineSeparator());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static JsonObject describe(String state, Path data, Collection<LocalNode> nodes, Collection<Account> accounts) {
        JsonArrayBuilder keySpaces = Json.createArrayBuilder();
        for (LocalNode node : nodes) {
            keySpaces.add(Json.createObjectBuilder()
                    .add("name", node.keySpace().name())
                    .add("hash", node.keySpace().hash().name())
                    .add("network", node.keySpace().network().orElse("open"))
                    .add("node_id", node.id().hex())
                    .add("listen", text(node.listen()))
                    .add("endpoint", text(node.endpoint()))
                    .add("port", node.listen().getPort())
                    .add("read_only", node.readOnly()));
        }
        JsonArrayBuilder people = Json.createArrayBuilder();
        for (Account account : accounts) {
            var uids = Json.createObjectBuilder();
            nodes.forEach(node -> uids.add(node.keySpace().name(), node.keySpace().uid(account.publicKey()).hex()));
            people.add(Json.createObjectBuilder()
                    .add("name", account.name())
                    .add("fingerprint", HexFormat.of().formatHex(account.fingerprint()))
                    .add("device", HexFormat.of().formatHex(account.deviceId()))
                    .add("uids", uids));
        }
        return Json.createObjectBuilder()
                .add("state", state)
                .add("pid", ProcessHandle.current().pid())
                .add("data", data.toString())
                .add("key_spaces", keySpaces)
                .add("accounts", people)
                .build();
    }

    static String text(InetSocketAddress address) {
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    static List<String> texts(Collection<LocalNode> nodes) {
        return nodes.stream().map(node -> node.keySpace().name() + " (" + node.keySpace().hash().name() + "): node "
                + node.id().shortHex() + " at " + text(node.endpoint())).toList();
    }
}
