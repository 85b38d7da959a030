package bytchat.wire.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reads the published vectors as somebody would who has nothing of ours but the specification: on the JDK's
 * cryptography.
 */
class PublishedVectorsTest {
    private static final Path VECTORS = Path.of("..", "..", "docs", "vectors");
    private static final HexFormat HEX = HexFormat.of();
    /** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
    private static final byte[] ED25519_PREFIX = HEX.parseHex("302a300506032b6570032100");

    @Test
    void goodBencodeReEncodesAndBadIsRefused() throws Exception {
        JsonNode vectors = read("bencode.json");
        assertThat(vectors.get("good")).isNotEmpty();
        assertThat(vectors.get("bad")).isNotEmpty();
        for (JsonNode good : vectors.get("good")) {
            byte[] bytes = ascii(good.asText());
            assertThat(Bencode.encode(Bencode.decode(bytes, bytes.length))).isEqualTo(bytes);
        }
        for (JsonNode bad : vectors.get("bad")) {
            assertThatThrownBy(() -> Bencode.decode(ascii(bad.asText()), 100)).as(bad.asText())
                    .isInstanceOf(BencodeException.class);
        }
    }

    @Test
    void identifiersAreHashesOfTheAccountKey() throws Exception {
        byte[] account = hex(read("keys.json").get("anna"), "account_public");
        for (String hash : new String[] {"sha-1", "sha-512"}) {
            JsonNode vector = read("identifiers.json").get(hash);
            MessageDigest digest = MessageDigest.getInstance(hash);
            byte[] uid = digest.digest(account);
            assertThat(hex(vector, "uid")).isEqualTo(uid);
            assertThat(hex(vector, "meta_key")).isEqualTo(digest.digest(join(ascii("meta"), uid)));
            assertThat(hex(vector, "chat_key")).isEqualTo(digest.digest(join(ascii("chat"), uid)));
        }
        assertThat(hex(read("keys.json").get("anna"), "fingerprint"))
                .isEqualTo(MessageDigest.getInstance("SHA-512").digest(account));
    }

    @Test
    void everyRecordVerifies() throws Exception {
        JsonNode records = read("records.json");
        int verified = 0;
        for (Map.Entry<String, JsonNode> entry : records.properties()) {
            if (!entry.getValue().isObject()) {
                continue;
            }
            JsonNode vector = entry.getValue();
            BDict record = decode(vector, "record");
            byte[] unsigned = Bencode.encode(record.without("sig"));
            assertThat(hex(vector, "signed")).as(entry.getKey())
                    .isEqualTo(join(ascii("BytChat/1/" + vector.get("tag").asText() + "\0"), unsigned));
            assertThat(hex(vector, "id")).isEqualTo(MessageDigest.getInstance("SHA-512/256").digest(unsigned));
            assertThat(record.requireBytes("sig")).isEqualTo(hex(vector, "sig"));
            assertThat(verifies(hex(vector, "key"), hex(vector, "signed"), hex(vector, "sig"))).as(entry.getKey())
                    .isTrue();
            verified++;
        }
        assertThat(verified).isEqualTo(11);
    }

    /** Both sides' X25519 from their private keys; ML-KEM, which the JDK has not, from the vector. */
    @Test
    void theConversationFollowsFromItsHandshakes() throws Exception {
        JsonNode keys = read("keys.json");
        JsonNode c = read("conversation.json");
        BDict annas = decode(c, "annas_handshake");
        BDict bens = decode(c, "bens_handshake");
        boolean annaFirst = Arrays.compareUnsigned(annas.requireBytes("a"), bens.requireBytes("a")) < 0;
        BDict h1 = annaFirst ? annas : bens;
        BDict h2 = annaFirst ? bens : annas;
        byte[] e1 = hex(c, annaFirst ? "annas_ephemeral_private" : "bens_ephemeral_private");
        byte[] e2 = hex(c, annaFirst ? "bens_ephemeral_private" : "annas_ephemeral_private");
        byte[] p1 = hex(keys.get(annaFirst ? "anna" : "ben"), "prekey_x25519_private");
        byte[] p2 = hex(keys.get(annaFirst ? "ben" : "anna"), "prekey_x25519_private");

        assertThat(hex(c, "x25519_e1_p2")).isEqualTo(x25519(p2, h1.requireBytes("e")));
        assertThat(hex(c, "x25519_e2_p1")).isEqualTo(x25519(p1, h2.requireBytes("e")));
        assertThat(hex(c, "x25519_e1_e2")).isEqualTo(x25519(e1, h2.requireBytes("e")))
                .isEqualTo(x25519(e2, h1.requireBytes("e")));
        assertThat(bens.requireBytes("re"))
                .isEqualTo(MessageDigest.getInstance("SHA-512/256").digest(Bencode.encode(annas.without("sig"))));
        assertSession(c, h1, h2);

        BDict envelope = decode(c, "message_envelope");
        byte[] header = Bencode.encode(envelope.without("sig").without("content"));
        byte[] key = messageKey(hex(c, "root"), envelope.requireBytes("dev"), envelope.requireInteger("seq"));
        assertThat(hex(c, "message_additional_data")).isEqualTo(header);
        assertThat(hex(c, "message_key")).isEqualTo(key);
        assertThat(open(key, header, envelope.requireBytes("content"))).isEqualTo(hex(c, "message_content"));
        BDict receipt = decode(c, "receipt_envelope");
        assertThat(open(messageKey(hex(c, "root"), receipt.requireBytes("dev"), receipt.requireInteger("seq")),
                Bencode.encode(receipt.without("sig").without("content")), receipt.requireBytes("content")))
                .isEqualTo(hex(c, "receipt_content"));
        assertThat(Bencode.decodeDict(hex(c, "receipt_content"), 1_000).requireBytes("sig"))
                .isEqualTo(envelope.requireBytes("sig"));
    }

    /** The vector that the bundle of suite 1 publishes. */
    @Test
    void theSessionOfSuiteOneFollowsFromItsHandshakes() throws Exception {
        JsonNode s = read("session.json");
        assertSession(s, decode(s.get("first"), "handshake"), decode(s.get("second"), "handshake"));
        assertThat(s.get("messages")).isNotEmpty();
        for (JsonNode message : s.get("messages")) {
            byte[] key = messageKey(hex(s, "root"), hex(message, "dev"), message.get("seq").asLong());
            assertThat(hex(message, "key")).isEqualTo(key);
            assertThat(open(key, hex(message, "additional_data"), hex(message, "sealed")))
                    .isEqualTo(hex(message, "plaintext"));
        }
    }

    @ParameterizedTest
    @CsvSource({"messages.json, 10", "node-ids.json, 2"})
    void theOtherFilesAreThere(String file, int entries) throws Exception {
        assertThat(read(file).size()).isGreaterThan(entries);
    }

    private static void assertSession(JsonNode vector, BDict h1, BDict h2) throws Exception {
        MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
        byte[] first = sha512.digest(Bencode.encode(h1.without("sig")));
        byte[] second = sha512.digest(Bencode.encode(h2.without("sig")));
        byte[] transcript = sha512.digest(join(first, second));
        byte[] secrets = join(hex(vector, "x25519_e1_p2"), hex(vector, "x25519_e2_p1"), hex(vector, "x25519_e1_e2"),
                hex(vector, "mlkem_1_to_2"), hex(vector, "mlkem_2_to_1"));

        assertThat(hex(vector, "transcript")).isEqualTo(transcript);
        assertThat(hex(vector, "sid")).isEqualTo(Arrays.copyOf(transcript, 16));
        assertThat(hex(vector, "root"))
                .isEqualTo(hmac(hmac(transcript, secrets), ascii("BytChat/1 root\0\1"), new byte[] {1}));
    }

    /** HKDF-Expand of one block is one HMAC. */
    private static byte[] messageKey(byte[] root, byte[] device, long sequence) throws Exception {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(0, sequence).array();
        return hmac(root, ascii("BytChat/1 message\0"), device, number, new byte[] {1});
    }

    private static byte[] open(byte[] key, byte[] additional, byte[] sealed) throws Exception {
        byte[] beforeTag = Arrays.copyOf(sealed, sealed.length - 32);
        byte[] bits = ByteBuffer.allocate(Long.BYTES).putLong(0, additional.length * 8L).array();
        byte[] tag = hmac(Arrays.copyOf(key, 32), additional, beforeTag, bits);
        assertThat(Arrays.copyOfRange(sealed, beforeTag.length, sealed.length)).as("tag")
                .isEqualTo(Arrays.copyOf(tag, 32));
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, 32, 32, "AES"), new IvParameterSpec(sealed, 0, 16));
        return cipher.doFinal(beforeTag, 16, beforeTag.length - 16);
    }

    private static byte[] x25519(byte[] privateKey, byte[] publicKey) throws Exception {
        KeyFactory keys = KeyFactory.getInstance("X25519");
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = publicKey[31 - i];
        }
        bigEndian[0] &= 0x7f;
        PrivateKey own = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own);
        agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519,
                new BigInteger(1, bigEndian))), true);
        return agreement.generateSecret();
    }

    private static boolean verifies(byte[] key, byte[] signed, byte[] sig) throws Exception {
        boolean rsa = key.length > 32;
        Signature signature = Signature.getInstance(rsa ? "RSASSA-PSS" : "Ed25519");
        PublicKey publicKey = KeyFactory.getInstance(rsa ? "RSA" : "Ed25519")
                .generatePublic(new X509EncodedKeySpec(rsa ? key : join(ED25519_PREFIX, key)));
        if (rsa) {
            signature.setParameter(new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1));
        }
        signature.initVerify(publicKey);
        signature.update(signed);
        return signature.verify(sig);
    }

    private static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA512");
        mac.init(new SecretKeySpec(key, "HmacSHA512"));
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    private static BDict decode(JsonNode vector, String field) {
        byte[] bytes = hex(vector, field);
        return Bencode.decodeDict(bytes, bytes.length);
    }

    private static byte[] hex(JsonNode vector, String field) {
        return HEX.parseHex(vector.get(field).asText());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        byte[] joined = new byte[0];
        for (byte[] part : parts) {
            joined = Arrays.copyOf(joined, joined.length + part.length);
            System.arraycopy(part, 0, joined, joined.length - part.length, part.length);
        }
        return joined;
    }

    private static JsonNode read(String file) throws Exception {
        return new ObjectMapper().readTree(Files.readString(VECTORS.resolve(file)));
    }
}
