package bytchat.wire.docs;

import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Acknowledgement;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.StoreReceipt;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.AesCbcHmac;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Hkdf;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.X25519;
import bytchat.wire.fixture.Person;
import bytchat.wire.fixture.SeededRandom;
import bytchat.wire.sign.Signed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Anna and Ben shake hands; Anna writes; Ben's device acknowledges and sends a delivered receipt. Session suite 1 is
 * computed here from the specification's formulas alone, apart from the bundle that implements it.
 */
final class Conversation {
    static final byte[] NODE_PRIVATE_KEY = SeededRandom.bytes("node", 32);

    final Person anna = Person.ANNA;
    final Person ben = Person.BEN;
    final Person.Offer annas;
    final Person.Offer bens;
    /**
     * x25519_e1_p2, x25519_e2_p1, x25519_e1_e2, mlkem_1_to_2, mlkem_2_to_1 in this order; 1 is who has the smaller
     * fingerprint.
     */
    final byte[][] secrets;
    final byte[] transcript;
    final byte[] root;
    final byte[] sessionId;
    final BDict content;
    final byte[] additionalData;
    final byte[] messageKey;
    final Envelope handshake;
    final Envelope message;
    final byte[] messageId;
    final StoreReceipt stored;
    final Acknowledgement acknowledgement;
    final BDict receiptContent;
    final Envelope receipt;

    Conversation(KeySpace keySpace) {
        annas = anna.offer(keySpace, ben);
        bens = ben.answer(keySpace, anna, annas.handshake());
        boolean annaFirst = Arrays.compareUnsigned(anna.fingerprint(), ben.fingerprint()) < 0;
        Person first = annaFirst ? anna : ben;
        Person second = annaFirst ? ben : anna;
        Person.Offer h1 = annaFirst ? annas : bens;
        Person.Offer h2 = annaFirst ? bens : annas;
        secrets = new byte[][] {
            X25519.agree(h1.ephemeralPrivateKey(), prekeys(second).x25519()),
            X25519.agree(h2.ephemeralPrivateKey(), prekeys(first).x25519()),
            X25519.agree(h1.ephemeralPrivateKey(), h2.handshake().ephemeral()),
            MlKem768.decapsulate(second.prekeyMlKem(), h1.handshake().ciphertext()),
            MlKem768.decapsulate(first.prekeyMlKem(), h2.handshake().ciphertext())
        };
        transcript = Digests.sha512(hash(h1), hash(h2));
        root = Hkdf.derive(transcript, join(secrets), ascii("BytChat/1 root\0\1"), 64);
        sessionId = Arrays.copyOf(transcript, 16);

        handshake = anna.envelope(keySpace, Envelope.Kind.HANDSHAKE, ben, 0, null,
                Bencode.encode(annas.handshake().dict()));
        content = BDict.builder().put("data", "Hello Ben").put("mime_type", "text/plain").put("ts", Person.NOW_MILLIS)
                .build();
        additionalData = Bencode.encode(anna.envelopeWithoutContent(keySpace, Envelope.Kind.MESSAGE, ben, 1,
                sessionId));
        messageKey = messageKey(anna, 1);
        message = anna.envelope(keySpace, Envelope.Kind.MESSAGE, ben, 1, sessionId,
                AesCbcHmac.seal(messageKey, additionalData, Bencode.encode(content), new SeededRandom("message iv")));
        messageId = Signed.id(message.dict());
        stored = ben.receipt(keySpace, NODE_PRIVATE_KEY, messageId);
        acknowledgement = ben.acknowledgement(keySpace, messageId);
        receiptContent = BDict.builder().put("id", messageId).put("sig", message.sig()).build();
        byte[] receiptData = Bencode.encode(ben.envelopeWithoutContent(keySpace, Envelope.Kind.RECEIPT, anna, 1,
                sessionId));
        receipt = ben.envelope(keySpace, Envelope.Kind.RECEIPT, anna, 1, sessionId,
                AesCbcHmac.seal(messageKey(ben, 1), receiptData, Bencode.encode(receiptContent),
                new SeededRandom("receipt iv")));
    }

    private byte[] messageKey(Person sender, long sequence) {
        byte[] info = join(ascii("BytChat/1 message\0"), sender.deviceId(), ByteBuffer.allocate(8).putLong(0, sequence)
                .array());
        return Hkdf.expand(root, info, 64);
    }

    private static Prekeys prekeys(Person person) {
        return person.prekeys();
    }

    private static byte[] hash(Person.Offer offer) {
        return Digests.sha512(Bencode.encode(offer.handshake().dict().without("sig")));
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
}
