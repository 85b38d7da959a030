package bytchat.wire.docs;

import static bytchat.wire.fixture.Person.ANNA;
import static bytchat.wire.fixture.Person.BEN;
import static bytchat.wire.fixture.TestKeySpace.SHA_1;
import static bytchat.wire.fixture.TestKeySpace.SHA_512;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.wire.Bencode;
import bytchat.wire.CompactNodes;
import bytchat.wire.ContactLink;
import bytchat.wire.KrpcMessage;
import bytchat.wire.NodeIds;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.fixture.Person;
import bytchat.wire.fixture.SeededRandom;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every example of the specification and every vector beside it, made by the code from fixed keys. */
final class Examples {
    static final byte[] NODE_KEY = Ed25519.publicKey(Conversation.NODE_PRIVATE_KEY);
    private static final byte[] HOLDER_KEY = Ed25519.publicKey(SeededRandom.bytes("holder", 32));
    private static final byte[] NONCE = SeededRandom.bytes("nonce", 32);
    private static final Optional<byte[]> VERSION = Optional.of(new byte[] {'B', 'C', 0, 1});
    private static final HexFormat HEX = HexFormat.of();

    private final Conversation conversation = new Conversation(SHA_512);
    private final Map<String, BDict> messages = messages();
    private final Map<String, Record> records = records();

    /** A signed record, and the key that it verifies under. */
    private record Record(Tag tag, BDict dict, byte[] key) {
    }

    /** By name, as the specification shows them. */
    Map<String, String> blocks() {
        Map<String, String> blocks = new LinkedHashMap<>();
        messages.forEach((name, message) -> blocks.put(name, Notation.block(message)));
        records.forEach((name, record) -> blocks.put(name, Notation.block(record.dict)));
        blocks.put("content", Notation.block(conversation.content));
        blocks.put("receipt-content", Notation.block(conversation.receiptContent));
        blocks.put("contact-link", link(SHA_1, Optional.empty()).format() + "\n"
                + link(SHA_512, Optional.of("Anna Öz")).format());
        blocks.put("signed-bytes", HEX.formatHex(Signed.message(Tag.ACK, conversation.acknowledgement.dict()), 0, 14)
                + "…");
        return blocks;
    }

    /** By file name. */
    Map<String, Map<String, Object>> files() {
        Map<String, Map<String, Object>> files = new LinkedHashMap<>();
        files.put("keys.json", keys());
        files.put("bencode.json", bencode());
        files.put("identifiers.json", identifiers());
        files.put("node-ids.json", nodeIds());
        files.put("messages.json", messagesJson());
        files.put("records.json", recordsJson());
        files.put("conversation.json", conversationJson());
        return files;
    }

    private static Map<String, Object> keys() {
        Map<String, Object> keys = commented("Private keys of the people and nodes in all vectors; they open nothing "
                + "else. account_private is PKCS #8; device_private and node_private are RFC 8032 seeds; "
                + "prekey_mlkem_seed is d ‖ z of FIPS 203.");
        for (Person person : List.of(ANNA, BEN)) {
            keys.put(person.name(), fields(
                    "account_private", person.accountPrivateKey(),
                    "account_public", person.accountKey(),
                    "fingerprint", person.fingerprint(),
                    "device_private", person.devicePrivateKey(),
                    "device_public", person.deviceKey(),
                    "device_id", person.deviceId(),
                    "prekey_x25519_private", person.prekeyX25519(),
                    "prekey_mlkem_seed", person.prekeyMlKem(),
                    "prekeys_hash", person.prekeysHash()));
        }
        keys.put("node", fields("node_private", Conversation.NODE_PRIVATE_KEY, "node_public", NODE_KEY));
        keys.put("holder", fields("node_private", SeededRandom.bytes("holder", 32), "node_public", HOLDER_KEY));
        return keys;
    }

    private static Map<String, Object> bencode() {
        Map<String, Object> file =
                commented("Canonical bencode, as ASCII text: each 'good' re-encodes to itself, each 'bad' is refused.");
        file.put("good", List.of("i0e", "i-1e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "3:abc", "le",
                "de", "li1e1:aldedeee", "d0:i1e1:ai2e2:aai3e1:bi4ee",
                "l".repeat(10) + "e".repeat(10)));
        file.put("bad", List.of("", "i", "ie", "i-0e", "i00e", "i01e", "i+1e", "i9223372036854775808e", "01:a", "2:a",
                "-1:a", "1:ab", "l", "d", "d1:ae", "di1ei2ee", "d1:bi1e1:ai1ee", "d1:ai1e1:ai1ee", "dei1e", "x",
                "l".repeat(11) + "e".repeat(11)));
        return file;
    }

    private static Map<String, Object> identifiers() {
        Map<String, Object> file =
                commented("Identifiers of the account 'anna' of keys.json in both key spaces, and her contact links.");
        for (KeySpace keySpace : List.of(SHA_1, SHA_512)) {
            Key uid = Key.of(ANNA.uid(keySpace));
            Map<String, Object> entry = fields(
                    "uid", uid.unsafeArray(),
                    "meta_key", keySpace.metaKey(uid).unsafeArray(),
                    "chat_key", keySpace.chatKey(uid).unsafeArray());
            entry.put("contact_link", link(keySpace, Optional.empty()).format());
            entry.put("contact_link_with_name", link(keySpace, Optional.of("Anna Öz")).format());
            file.put(keySpace.hash().name(), entry);
        }
        return file;
    }

    private static Map<String, Object> nodeIds() {
        Map<String, Object> file = commented("Node ids of the node key 'node' of keys.json, by address and last byte.");
        file.put("node_key", HEX.formatHex(NODE_KEY));
        for (KeySpace keySpace : List.of(SHA_1, SHA_512)) {
            List<Object> ids = new ArrayList<>();
            for (String host : List.of("127.0.0.1", "192.168.1.7", "124.31.75.21", "8.8.8.8", "fd00::1",
                    "2600:1406::1")) {
                for (int lastByte : new int[] {0, 1, 0x5a, 0xff}) {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("address", host);
                    entry.put("routable", NodeIds.routable(address(host)));
                    entry.put("last_byte", lastByte);
                    entry.put("id", NodeIds.derive(keySpace, NODE_KEY, address(host), lastByte).hex());
                    ids.add(entry);
                }
            }
            file.put(keySpace.hash().name(), ids);
        }
        return file;
    }

    private Map<String, Object> messagesJson() {
        Map<String, Object> file = commented("KRPC messages; in hexadecimal.");
        messages.forEach((name, message) -> file.put(name, HEX.formatHex(Bencode.encode(message))));
        return file;
    }

    private Map<String, Object> recordsJson() {
        Map<String, Object> file = commented("Signed records, in the key space sha-512; in hexadecimal. 'signed' is "
                + "what the signature covers, 'key' what it verifies under: RSA-PSS where that is a "
                + "SubjectPublicKeyInfo, Ed25519 where it has 32 bytes.");
        records.forEach((name, record) -> file.put(name, fields(
                "tag", record.tag.wireName(),
                "record", Bencode.encode(record.dict),
                "signed", Signed.message(record.tag, record.dict),
                "sig", record.dict.requireBytes("sig"),
                "key", record.key,
                "id", Signed.id(record.dict))));
        return file;
    }

    private Map<String, Object> conversationJson() {
        Conversation c = conversation;
        Map<String, Object> file = commented("Two handshakes, their session of suite 1, a message and its receipts, "
                + "in the key space sha-512; private keys are in keys.json. In the names, 1 is who has the smaller "
                + "fingerprint.");
        file.putAll(fields(
                "annas_handshake", Bencode.encode(c.annas.handshake().dict()),
                "bens_handshake", Bencode.encode(c.bens.handshake().dict()),
                "annas_ephemeral_private", c.annas.ephemeralPrivateKey(),
                "bens_ephemeral_private", c.bens.ephemeralPrivateKey(),
                "x25519_e1_p2", c.secrets[0],
                "x25519_e2_p1", c.secrets[1],
                "x25519_e1_e2", c.secrets[2],
                "mlkem_1_to_2", c.secrets[3],
                "mlkem_2_to_1", c.secrets[4],
                "transcript", c.transcript,
                "sid", c.sessionId,
                "root", c.root,
                "handshake_envelope", Bencode.encode(c.handshake.dict()),
                "message_content", Bencode.encode(c.content),
                "message_additional_data", c.additionalData,
                "message_key", c.messageKey,
                "message_envelope", Bencode.encode(c.message.dict()),
                "message_id", c.messageId,
                "store_receipt", Bencode.encode(c.stored.dict()),
                "acknowledgement", Bencode.encode(c.acknowledgement.dict()),
                "receipt_content", Bencode.encode(c.receiptContent),
                "receipt_envelope", Bencode.encode(c.receipt.dict())));
        return file;
    }

    private Map<String, Record> records() {
        Map<String, Record> all = new LinkedHashMap<>();
        all.put("certificate", record(Tag.CERT, ANNA.certificate(), ANNA.accountKey()));
        all.put("device-list", record(Tag.DEVICES, ANNA.devices(), ANNA.accountKey()));
        all.put("meta", record(Tag.META, ANNA.meta(SHA_512), ANNA.accountKey()));
        all.put("binding", record(Tag.BIND, ANNA.binding(SHA_512, NODE_KEY, HOLDER_KEY, NONCE, 4_000),
                ANNA.deviceKey()));
        all.put("subscription", record(Tag.SUBSCRIBE, ANNA.subscription(SHA_512, HOLDER_KEY, NONCE), ANNA.deviceKey()));
        all.put("permit", record(Tag.PERMIT, ANNA.permit(SHA_512, BEN), ANNA.deviceKey()));
        all.put("handshake", record(Tag.HANDSHAKE, conversation.annas.handshake(), ANNA.deviceKey()));
        all.put("envelope", record(Tag.ENVELOPE, conversation.message, ANNA.deviceKey()));
        all.put("store-receipt", record(Tag.STORED, conversation.stored, NODE_KEY));
        all.put("acknowledgement", record(Tag.ACK, conversation.acknowledgement, BEN.deviceKey()));
        all.put("sibling-proof", new Record(Tag.SIBLING,
                ANNA.sibling(SHA_512, NODE_KEY, HOLDER_KEY, NONCE, SeededRandom.bytes("reply", 32)), ANNA.deviceKey()));
        return all;
    }

    private Map<String, BDict> messages() {
        Map<String, BDict> all = new LinkedHashMap<>();
        byte[] id = id(SHA_1, Conversation.NODE_PRIVATE_KEY);
        byte[] other = id(SHA_1, SeededRandom.bytes("holder", 32));
        byte[] target = ANNA.uid(SHA_1);
        put(all, "ping-query", query(1, "ping", arguments(id), Optional.empty()));
        put(all, "ping-answer", answer(1, arguments(other), Optional.empty()));
        put(all, "find-node-query",
                query(2, "find_node", arguments(id).with().put("target", target).build(), Optional.of("bytchat")));
        put(all, "find-node-answer",
                answer(2, arguments(other).with().put("nodes", CompactNodes.encode(contacts(SHA_1), false)).build(),
                Optional.of("bytchat")));
        put(all, "find-node-answer-sha-512", answer(3, arguments(id(SHA_512, SeededRandom.bytes("holder", 32))).with()
                .put("nodes", CompactNodes.encode(contacts(SHA_512), false)).build(), Optional.of("bytchat")));
        put(all, "error", new KrpcMessage.Failure(transaction(4), 204, "method unknown", BDict.EMPTY));
        put(all, "error-not-a-holder", new KrpcMessage.Failure(transaction(5), 404, "others are nearer to this key",
                BDict.builder().put("nodes", CompactNodes.encode(contacts(SHA_1), false)).build()));
        put(all, "error-quota",
                new KrpcMessage.Failure(transaction(6), 413, "this node is busy", BDict.builder()
                .put("retry_after_s", 5).build()));
        put(all, "challenge-query",
                query(7, "challenge", arguments(id).with().put("target", target).build(), Optional.of("bytchat")));
        put(all, "challenge-answer",
                answer(7, arguments(other).with().put("nonce", NONCE).build(), Optional.of("bytchat")));
        put(all, "direct-message-query", query(8, "direct_message",
                arguments(id(SHA_512, Conversation.NODE_PRIVATE_KEY)).with().put("env", conversation.message.dict()).build(),
                Optional.of("bytchat")));
        return all;
    }

    private static void put(Map<String, BDict> all, String name, KrpcMessage message) {
        byte[] bytes = message.encode();
        all.put(name, Bencode.decodeDict(bytes, bytes.length));
    }

    private static KrpcMessage query(int transaction, String method, BDict arguments, Optional<String> network) {
        return new KrpcMessage.Query(transaction(transaction), method, arguments, false, network, VERSION);
    }

    private static KrpcMessage answer(int transaction, BDict result, Optional<String> network) {
        return new KrpcMessage.Response(transaction(transaction), result,
                Optional.of(CompactNodes.address(new InetSocketAddress(address("127.0.0.1"), 4_000))), VERSION,
                network);
    }

    private static BDict arguments(byte[] id) {
        return BDict.builder().put("id", id).build();
    }

    private static byte[] transaction(int number) {
        return new byte[] {0, 0, 0, (byte) number};
    }

    private static List<Contact> contacts(KeySpace keySpace) {
        return List.of(new Contact(Key.of(id(keySpace, SeededRandom.bytes("third", 32))),
                new InetSocketAddress(address("127.0.0.1"), 4_002)),
                new Contact(Key.of(id(keySpace, SeededRandom.bytes("fourth", 32))),
                new InetSocketAddress(address("127.0.0.1"), 4_003)));
    }

    private static byte[] id(KeySpace keySpace, byte[] nodePrivateKey) {
        return NodeIds.derive(keySpace, Ed25519.publicKey(nodePrivateKey), address("127.0.0.1"), 0).toArray();
    }

    private static ContactLink link(KeySpace keySpace, Optional<String> name) {
        return new ContactLink(Key.of(ANNA.uid(keySpace)), keySpace.hash().name(), ANNA.fingerprint(), name);
    }

    private static Record record(Tag tag, SignedRecord record, byte[] key) {
        return new Record(tag, record.dict(), key);
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Map<String, Object> commented(String comment) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("comment", comment);
        return file;
    }

    /** Names and values in turn; byte arrays in hexadecimal. */
    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            fields.put((String) namesAndValues[i], value instanceof byte[] bytes ? HEX.formatHex(bytes) : value);
        }
        return fields;
    }
}
