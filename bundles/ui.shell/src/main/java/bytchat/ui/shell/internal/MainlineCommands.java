package bytchat.ui.shell.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.keyspace.NodeKey;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.LookupResult;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What an open network stores (BEP 5, BEP 44): {@code dht put}, {@code get}, {@code announce} and {@code peers}. */
final class MainlineCommands {
    private MainlineCommands() {
    }

    @Command(name = "put", description = "Stores a text of up to 990 bytes at the nodes nearest its hash, for about two hours; with"
            + " --mutable one that can be replaced, signed by this node's key.")
    static final class Put extends Target {
        @Parameters(paramLabel = "TEXT", description = "What to store.")
        private String text;

        @Option(names = "--mutable", description = "At the hash of this node's key and the salt.")
        private boolean mutable;

        @Option(names = "--salt", paramLabel = "TEXT", defaultValue = "", description = "Tells apart what one key stores.")
        private String salt;

        @Option(names = "--sequence", paramLabel = "N", description = "The higher replaces the lower (default: one above what is found).")
        private Optional<Long> sequence = Optional.empty();

        @Option(names = "--cas", paramLabel = "N", description = "Store only over this sequence number.")
        private Optional<Long> compareAndSwap = Optional.empty();

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            Mainline mainline = node().need(Mainline.class, space);
            if (!mutable) {
                return stored(awaitOnLoop(() -> mainline.put(BBytes.of(text)), NETWORK_LIMIT), new LinkedHashMap<>());
            }
            NodeKey key = node().need(LocalNode.class, space).nodeKey();
            byte[] bytes = salt.getBytes(StandardCharsets.UTF_8);
            long number = sequence.isPresent() ? sequence.get()
                    : awaitOnLoop(() -> mainline.get(key.publicKey(), bytes), NETWORK_LIMIT).value()
                            .map(item -> item.sequence() + 1).orElse(1L);
            MutableItem item = mainline.sign(signer(key), bytes, number, BBytes.of(text));
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("public_key", HexFormat.of().formatHex(key.publicKey()));
            data.put("salt", salt);
            data.put("sequence", number);
            OptionalLong seen = compareAndSwap.map(OptionalLong::of).orElse(OptionalLong.empty());
            return stored(awaitOnLoop(() -> mainline.put(item, seen), NETWORK_LIMIT), data);
        }

        private static Mainline.Signer signer(NodeKey key) {
            return new Mainline.Signer() {
                @Override
                public byte[] publicKey() {
                    return key.publicKey();
                }

                @Override
                public byte[] sign(byte[] message) {
                    return key.sign(message);
                }
            };
        }
    }

    @Command(name = "get", description = "Fetches what is stored at a hash; or, with --key, the newest that the owner of that key has stored.")
    static final class Get extends Target {
        @Parameters(paramLabel = "HASH", arity = "0..1", description = "Of the value, in hexadecimal.")
        private Optional<String> hash = Optional.empty();

        @Option(names = "--key", paramLabel = "KEY", description = "Public key (Ed25519) of the owner, in hexadecimal.")
        private Optional<String> key = Optional.empty();

        @Option(names = "--salt", paramLabel = "TEXT", defaultValue = "", description = "As it was stored with.")
        private String salt;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            Mainline mainline = node().need(Mainline.class, space);
            if (hash.isPresent() == key.isPresent()) {
                throw new ShellException("give either the HASH of a value, or the --key of its owner");
            }
            if (hash.isPresent()) {
                Key target = key(hash.get(), space);
                Found<BValue> found = awaitOnLoop(() -> mainline.get(target), NETWORK_LIMIT);
                Map<String, Object> data = facts(found);
                data.put("value", plain(found.value().orElseThrow(() -> nobody(found.lookup()))));
                return new View.Facts(data);
            }
            byte[] owner = publicKey(key.get());
            Found<MutableItem> found = awaitOnLoop(() -> mainline.get(owner, salt.getBytes(StandardCharsets.UTF_8)), NETWORK_LIMIT);
            MutableItem item = found.value().orElseThrow(() -> nobody(found.lookup()));
            Map<String, Object> data = facts(found);
            data.put("sequence", item.sequence());
            data.put("value", plain(item.value()));
            return new View.Facts(data);
        }

        private static byte[] publicKey(String text) throws ShellException {
            if (!text.matches("[0-9a-fA-F]{" + 2 * MutableItem.PUBLIC_KEY_BYTES + "}")) {
                throw new ShellException("a public key has " + 2 * MutableItem.PUBLIC_KEY_BYTES + " hexadecimal digits");
            }
            return HexFormat.of().parseHex(text);
        }
    }

    @Command(name = "announce", description = "Announces this node's address as one that has a file, for half an hour.")
    static final class Announce extends Target {
        @Parameters(paramLabel = "INFOHASH", description = "Of the file, in hexadecimal.")
        private String infoHash;

        @Option(names = "--port", paramLabel = "N", defaultValue = "0",
                description = "Where to connect (default: the port that others see this node at).")
        private int port;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            Key target = key(infoHash, space);
            Mainline mainline = node().need(Mainline.class, space);
            return stored(awaitOnLoop(() -> mainline.announce(target, port), NETWORK_LIMIT), new LinkedHashMap<>());
        }
    }

    @Command(name = "peers", description = "Looks for the addresses that were announced for a file.")
    static final class Peers extends Target {
        @Parameters(paramLabel = "INFOHASH", description = "Of the file, in hexadecimal.")
        private String infoHash;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            Key target = key(infoHash, space);
            Mainline mainline = node().need(Mainline.class, space);
            Found<List<InetSocketAddress>> found = awaitOnLoop(() -> mainline.peers(target), NETWORK_LIMIT);
            Map<String, Object> data = facts(found);
            data.put("peers", found.value().orElse(List.of()));
            return new View.Facts(data);
        }
    }

    private static Map<String, Object> facts(Found<?> found) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("target", found.target());
        effort(data, found.lookup());
        return data;
    }

    private static void effort(Map<String, Object> data, LookupResult lookup) {
        data.put("outcome", lookup.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        data.put("queries", lookup.effort().queries());
        data.put("answers", lookup.effort().answers());
        data.put("duration_ms", lookup.effort().durationNanos() / 1_000_000.0);
    }

    private static ShellException nobody(LookupResult lookup) {
        return new ShellException("none of the " + lookup.effort().answers() + " nodes that answered has it");
    }

    private static View stored(Stored stored, Map<String, Object> data) throws ShellException {
        if (stored.copies() == 0) {
            String why = stored.refusals().stream().findFirst()
                    .map(refusal -> refusal.why().getMessage() + " (" + refusal.why().code() + ")")
                    .orElse("no node was found (\"dht table\")");
            throw new ShellException("nobody stored it: " + why);
        }
        data.put("target", stored.target());
        data.put("copies", stored.copies());
        data.put("here", stored.here());
        data.put("refusals", stored.refusals().stream().map(refusal -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("address", refusal.node().address());
            row.put("code", refusal.why().code());
            row.put("reason", refusal.why().getMessage());
            return row;
        }).toList());
        effort(data, stored.lookup());
        return new View.Facts(data);
    }

    /** As JSON can say it; bytes that are no text in hexadecimal. */
    private static Object plain(BValue value) {
        if (value instanceof BBytes bytes) {
            return text(bytes);
        }
        if (value instanceof BInteger integer) {
            return integer.value();
        }
        if (value instanceof BList list) {
            return list.values().stream().map(MainlineCommands::plain).toList();
        }
        Map<String, Object> map = new LinkedHashMap<>();
        ((BDict) value).entries().forEach((name, entry) -> map.put(text(name), plain(entry)));
        return map;
    }

    private static String text(BBytes bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.unsafeArray())).toString();
        } catch (CharacterCodingException e) {
            return "0x" + HexFormat.of().formatHex(bytes.unsafeArray());
        }
    }
}
