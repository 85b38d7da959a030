package bytchat.session.cbc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.env.Clock;
import bytchat.api.env.WorkerPool;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionSuite.MessageContext;
import bytchat.api.session.SessionSuite.Session;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.AesCbcHmac;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.crypto.Hkdf;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.RsaPss;
import bytchat.wire.crypto.X25519;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonWriter;
import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * The published vector of a session, {@code docs/vectors/session.json}: read as another implementation would read it.
 * Written anew, from fixed seeds, with {@code -Dbytchat.vectors.write=true}, which is only right when the protocol has
 * changed.
 */
class SessionVectorTest {
    private static final Path FILE = Path.of("..", "..", "docs", "vectors", "session.json");
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Clock CLOCK = new Clock() {
        @Override
        public Instant now() {
            return MADE;
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    };
    private static final HexFormat HEX = HexFormat.of();
    /** Runs at once, on the caller's thread. */
    private static final WorkerPool DIRECT = new WorkerPool() {
        @Override
        public <T> CompletionStage<T> submit(Callable<T> work) {
            try {
                return CompletableFuture.completedFuture(work.call());
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    };

    private final CbcSuite suite = new CbcSuite(DIRECT, new SecureRandom());

    @Test
    void bothSidesGetTheSessionOfTheVector() throws Exception {
        JsonObject vector = read();
        Handshake first = handshake(vector, "first");
        Handshake second = handshake(vector, "second");
        assertThat(Arrays.compareUnsigned(first.maker(), second.maker())).isNegative();

        for (boolean side : new boolean[] {true, false}) {
            Handshake mine = side ? first : second;
            Handshake theirs = side ? second : first;
            String me = side ? "first" : "second";
            String they = side ? "second" : "first";
            byte[] kept = join(hex(vector, me, "ephemeral_private"),
                    hex(vector, side ? "x25519_e1_p2" : "x25519_e2_p1"),
                            hex(vector, side ? "mlkem_1_to_2" : "mlkem_2_to_1"));
            Session session = suite.agree(account(vector, me, mine), mine, kept, theirs).toCompletableFuture().get();
            assertThat(session.root()).as(me).isEqualTo(hex(vector, "root"));
            assertThat(session.id()).as(me).isEqualTo(hex(vector, "sid"));
            assertThat(X25519.agree(hex(vector, me, "ephemeral_private"),
                    X25519.publicKey(hex(vector, they, "prekey_x25519_private"))))
                    .isEqualTo(hex(vector, side ? "x25519_e1_p2" : "x25519_e2_p1"));
        }
    }

    @Test
    void theRootIsMadeOfItsPartsInThisOrder() throws Exception {
        JsonObject vector = read();
        byte[] transcript = Digests.sha512(
                Digests.sha512(Bencode.encode(handshake(vector, "first").dict().without(Signed.SIG))),
                Digests.sha512(Bencode.encode(handshake(vector, "second").dict().without(Signed.SIG))));
        byte[] secrets = join(hex(vector, "x25519_e1_p2"), hex(vector, "x25519_e2_p1"), hex(vector, "x25519_e1_e2"),
                hex(vector, "mlkem_1_to_2"), hex(vector, "mlkem_2_to_1"));

        assertThat(transcript).isEqualTo(hex(vector, "transcript"));
        assertThat(Arrays.copyOf(transcript, 16)).isEqualTo(hex(vector, "sid"));
        assertThat(Hkdf.derive(transcript, secrets, "BytChat/1 root\0\1".getBytes(StandardCharsets.US_ASCII), 64))
                .isEqualTo(hex(vector, "root"));
    }

    @Test
    void theMessagesOfTheVectorOpen() throws Exception {
        JsonObject vector = read();
        Session session = new Session(1, hex(vector, "sid"), hex(vector, "root"));
        assertThat(vector.getJsonArray("messages")).hasSizeGreaterThan(1);
        for (JsonObject message : vector.getJsonArray("messages").getValuesAs(JsonObject.class)) {
            MessageContext context =
                    new MessageContext(hex(message, "dev"), message.getJsonNumber("seq").longValueExact(),
                    hex(message, "additional_data"));
            assertThat(suite.open(session, context, hex(message, "sealed"))).isEqualTo(hex(message, "plaintext"));
            assertThat(AesCbcHmac.open(hex(message, "key"), hex(message, "additional_data"), hex(message, "sealed")))
                    .isPresent();
            assertThat(message.getString("sealed")).startsWith(message.getString("iv"));
        }
    }

    @Test
    void theHandshakesOfTheVectorVerify() throws Exception {
        JsonObject vector = read();
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, CLOCK);
        assertThat(verifier.handshake(handshake(vector, "first"))).isEmpty();
        assertThat(verifier.handshake(handshake(vector, "second"))).isEmpty();
    }

    /** Made anew from its seed; with {@code -Dbytchat.vectors.write=true} it is written, too. */
    @Test
    void theVectorIsWhatTheCodeMakes() throws Exception {
        SecureRandom random = new SimulatedWorld(1).host("10.0.0.1", 4000).environment().random();
        Side one = new Side(random);
        Side other = new Side(random);
        boolean ordered = Arrays.compareUnsigned(one.account.fingerprint(), other.account.fingerprint()) < 0;
        Side first = ordered ? one : other;
        Side second = ordered ? other : one;
        CbcSuite seeded = new CbcSuite(DIRECT, random);
        var offer1 = seeded.offer(second.account.prekeys()).toCompletableFuture().get();
        var offer2 = seeded.offer(first.account.prekeys()).toCompletableFuture().get();
        Handshake h1 = first.handshake(second, offer1.ephemeral(), offer1.ciphertext());
        Handshake h2 = second.handshake(first, offer2.ephemeral(), offer2.ciphertext());
        Session session = seeded.agree(first.account, h1, offer1.secret(), h2).toCompletableFuture().get();

        JsonObjectBuilder vector = Json.createObjectBuilder()
                .add("comment", "A session of suite 1 from two handshakes; everything in hexadecimal."
                        + " Times are of 2026-01-01.")
                .add("suite", 1).add("name", CbcSuite.NAME)
                .add("first", side(first, h1, offer1.secret())).add("second", side(second, h2, offer2.secret()))
                .add("x25519_e1_p2", HEX.formatHex(offer1.secret(), 32, 64))
                .add("x25519_e2_p1", HEX.formatHex(offer2.secret(), 32, 64))
                .add("x25519_e1_e2",
                        HEX.formatHex(X25519.agree(Arrays.copyOf(offer1.secret(), 32), offer2.ephemeral())))
                .add("mlkem_1_to_2", HEX.formatHex(offer1.secret(), 64, 96))
                .add("mlkem_2_to_1", HEX.formatHex(offer2.secret(), 64, 96))
                .add("transcript", HEX.formatHex(Digests.sha512(Digests.sha512(Bencode.encode(h1.dict()
                        .without(Signed.SIG))),
                        Digests.sha512(Bencode.encode(h2.dict().without(Signed.SIG))))))
                .add("sid", HEX.formatHex(session.id())).add("root", HEX.formatHex(session.root()))
                .add("messages", Json.createArrayBuilder().add(message(seeded, session, first, 0, ""))
                        .add(message(seeded, session, second, 7, "hello"))
                        .add(message(seeded, session, first, 1L << 40, "a text of more than one block")));
        StringWriter made = new StringWriter();
        try (JsonWriter writer = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true)).createWriter(made)) {
            writer.writeObject(vector.build());
        }
        if (Boolean.getBoolean("bytchat.vectors.write")) {
            Files.writeString(FILE, made.toString());
        }
        assertThat(Files.readString(FILE)).isEqualTo(made.toString());
    }

    private static JsonObjectBuilder side(Side side, Handshake handshake, byte[] kept) {
        return Json.createObjectBuilder().add("handshake", HEX.formatHex(Bencode.encode(handshake.dict())))
                .add("ephemeral_private", HEX.formatHex(kept, 0, 32))
                .add("prekey_x25519_private", HEX.formatHex(side.account.prekeyX25519()))
                .add("prekey_mlkem_seed", HEX.formatHex(side.account.prekeyMlkem()));
    }

    private static JsonObjectBuilder message(CbcSuite suite, Session session, Side from, long sequence, String text) {
        byte[] device = Digests.sha512_256(Ed25519.publicKey(from.device));
        byte[] additional = "additional".getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = suite.seal(session, new MessageContext(device, sequence, additional),
                text.getBytes(StandardCharsets.UTF_8));
        byte[] info = join("BytChat/1 message\0".getBytes(StandardCharsets.US_ASCII), device,
                java.nio.ByteBuffer.allocate(8).putLong(sequence).array());
        return Json.createObjectBuilder().add("dev", HEX.formatHex(device)).add("seq", sequence)
                .add("additional_data", HEX.formatHex(additional))
                        .add("key", HEX.formatHex(Hkdf.expand(session.root(), info, 64)))
                .add("iv", HEX.formatHex(sealed, 0, 16))
                        .add("plaintext", HEX.formatHex(text.getBytes(StandardCharsets.UTF_8)))
                .add("sealed", HEX.formatHex(sealed));
    }

    private static JsonObject read() throws IOException {
        try (Reader in = Files.newBufferedReader(FILE); JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        }
    }

    private static Handshake handshake(JsonObject vector, String side) {
        byte[] bytes = hex(vector, side, "handshake");
        return new Handshake(Bencode.decodeDict(bytes, bytes.length));
    }

    private static VectorAccount account(JsonObject vector, String side, Handshake own) {
        return new VectorAccount(own.credentials().accountKey(), hex(vector, side, "prekey_x25519_private"),
                hex(vector, side, "prekey_mlkem_seed"));
    }

    private static byte[] hex(JsonObject object, String... path) {
        JsonObject at = object;
        for (int i = 0; i < path.length - 1; i++) {
            at = at.getJsonObject(path[i]);
        }
        return HEX.parseHex(at.getString(path[path.length - 1]));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** One person of a vector that is being written. */
    private static final class Side {
        final RsaPss.RsaKeys rsa;
        final byte[] device;
        final VectorAccount account;
        final SecureRandom random;

        Side(SecureRandom random) {
            this.random = random;
            rsa = RsaPss.generate(2048, random);
            device = Ed25519.generatePrivateKey(random);
            account = new VectorAccount(rsa.publicKey(), X25519.generatePrivateKey(random),
                    MlKem768.generatePrivateKey(random));
        }

        Handshake handshake(Side reader, byte[] ephemeral, byte[] ciphertext) {
            long now = MADE.toEpochMilli();
            byte[] fingerprint = account.fingerprint();
            byte[] deviceKey = Ed25519.publicKey(device);
            BDict certificate = byAccount(Tag.CERT, BDict.builder().put("fp", fingerprint).put("key", deviceKey)
                    .put("ts", now)
                    .put("exp", now + 365 * 86_400_000L).build());
            BDict list = byAccount(Tag.DEVICES, BDict.builder().put("fp", fingerprint).put("n", 1).put("ts", now)
                    .put("devices", BList.of(BBytes.wrap(Digests.sha512_256(deviceKey)))).put("revoked", BList.of())
                            .build());
            byte[] uid = Digests.sha512(rsa.publicKey());
            BDict permit = byDevice(Tag.PERMIT, BDict.builder().put("for", reader.account.fingerprint()).put("to", uid)
                    .put("exp", now + 30 * 86_400_000L).put("key", rsa.publicKey()).put("cert", certificate).build());
            return new Handshake(byDevice(Tag.HANDSHAKE,
                    Credentials.of(rsa.publicKey(), new DeviceCertificate(certificate), new DeviceList(list)).dict()
                            .with()
                            .put("a", fingerprint).put("b", reader.account.fingerprint()).put("from", uid)
                                    .put("permit", permit)
                            .put("pre", Digests.sha512_256(Bencode.encode(reader.account.prekeys().dict())))
                                    .put("e", ephemeral)
                            .put("ct", ciphertext).put("prekeys", account.prekeys().dict())
                            .put("suites", BList.of(new BInteger(CbcSuite.NUMBER))).build()));
        }

        private BDict byAccount(Tag tag, BDict dict) {
            return Signed.with(dict, RsaPss.sign(rsa.privateKey(), Signed.message(tag, dict), random));
        }

        private BDict byDevice(Tag tag, BDict dict) {
            return Signed.with(dict, Ed25519.sign(device, Signed.message(tag, dict)));
        }
    }
}
