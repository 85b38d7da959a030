package bytchat.ui.shell.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "holders", description = "Which nodes hold somebody's mail, meta or bindings: each is asked.")
final class HoldersCommand extends Target {
    /** What is held, under which key, and a question that changes nothing and that only a holder of it understands. */
    enum Held {
        MAILBOX("mailbox_subscribe"),
        META("meta_get"),
        TRACKER("find_user");

        private final String method;

        Held(String method) {
            this.method = method;
        }

        Key key(KeySpace space, Key uid) {
            return switch (this) {
                case MAILBOX -> space.chatKey(uid);
                case META -> space.metaKey(uid);
                case TRACKER -> uid;
            };
        }
    }

    @Parameters(paramLabel = "USER", description = "UID in hexadecimal, or a contact.")
    private String user;

    @Option(names = "--of", paramLabel = "WHAT", defaultValue = "mailbox",
            description = "mailbox, meta or tracker (default: ${DEFAULT-VALUE}).")
    private Held held;

    @Override
    View run() throws ShellException, InterruptedException {
        KeySpace space = keySpace();
        Key uid = uid(user, space);
        Key key = held.key(space, uid);
        Holders holders = node().need(Holders.class, space);
        // a subscription without credentials is refused by who holds the mailbox, and unknown to who does not
        BDict question = BDict.builder().put("target", uid.toArray()).build();
        Replies<BDict> replies =
                awaitOnLoop(() -> holders.ask(key, peer -> peer.call(held.method, question)), NETWORK_LIMIT);
        List<Map<String, Object>> rows = new ArrayList<>();
        replies.replies().forEach(reply -> rows.add(row(key, reply.peer(), "")));
        replies.failures().forEach(failure -> rows.add(row(key, failure.peer(), trouble(failure.cause()))));
        rows.sort(Comparator.comparing((Map<String, Object> row) -> -(Integer) row.get("prefix_bits")));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("uid", uid);
        data.put("key", key);
        data.put("of", held);
        data.put("reason", replies.reason());
        data.put("holders", rows);
        return new View.Facts(data);
    }

    private static Map<String, Object> row(Key key, Peer peer, String trouble) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", peer.id().orElse(null));
        row.put("node_key", HexFormat.of().formatHex(peer.nodeKey()));
        row.put("address", peer.address());
        row.put("prefix_bits", peer.id().map(key::commonPrefixBits).orElse(-1));
        row.put("self", peer.isSelf());
        row.put("trouble", trouble);
        return row;
    }

    /** An answer, even a refusal, comes from a holder; silence does not. */
    private static String trouble(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        return cause instanceof RpcException rpc && rpc.kind() == RpcException.Kind.ANSWERED ? "" : cause.getMessage();
    }
}
