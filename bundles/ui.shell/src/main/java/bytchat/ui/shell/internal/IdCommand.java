package bytchat.ui.shell.internal;

import bytchat.api.account.Account;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "id", description = "Who this node is, and who uses it, with the contact link to give to others.")
final class IdCommand extends ShellCommand {
    @Override
    View run() throws ShellException, InterruptedException {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (LocalNode local : node().all(LocalNode.class)) {
            nodes.add(onLoop(() -> describe(local)));
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("nodes", nodes);
        data.put("accounts", accounts(node()));
        return new View.Facts(data);
    }

    private static Map<String, Object> describe(LocalNode local) {
        KeySpace space = local.keySpace();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("keyspace", space.name());
        row.put("hash", space.hash().name());
        row.put("network", space.network().orElse("open"));
        row.put("id", local.id());
        row.put("node_key", HexFormat.of().formatHex(local.nodeKey().publicKey()));
        row.put("listen", local.listen());
        row.put("endpoint", local.endpoint());
        row.put("read_only", local.readOnly());
        return row;
    }

    /** Every account, with what its messenger knows of it. */
    static List<Map<String, Object>> accounts(Node node) {
        List<KeySpace> spaces = node.all(KeySpace.class);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Account account : node.all(Account.class)) {
            String fingerprint = HexFormat.of().formatHex(account.fingerprint());
            Map<String, Object> uids = new LinkedHashMap<>();
            spaces.forEach(space -> uids.put(space.name(), space.uid(account.publicKey())));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", account.name());
            row.put("fingerprint", fingerprint);
            row.put("device", HexFormat.of().formatHex(account.deviceId()));
            row.put("uids", uids);
            node.all(Messenger.class).stream().map(Messenger::self)
                    .filter(self -> self.fingerprint().equals(fingerprint)).findFirst()
                    .ifPresent(self -> {
                        row.put("uid", self.uid());
                        row.put("link", self.link());
                    });
            rows.add(row);
        }
        rows.sort(java.util.Comparator.comparing(row -> (String) row.get("name")));
        return rows;
    }
}
