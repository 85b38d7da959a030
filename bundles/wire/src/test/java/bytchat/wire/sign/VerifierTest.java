package bytchat.wire.sign;

import static bytchat.wire.fixture.Person.ANNA;
import static bytchat.wire.fixture.Person.BEN;
import static bytchat.wire.fixture.Person.DAY_MILLIS;
import static bytchat.wire.fixture.Person.NOW_MILLIS;
import static bytchat.wire.fixture.TestKeySpace.SHA_1;
import static bytchat.wire.fixture.TestKeySpace.SHA_512;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Credentials;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Clock;
import bytchat.api.mailbox.Acknowledgement;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.mailbox.StoreReceipt;
import bytchat.api.mailbox.Subscription;
import bytchat.api.meta.MetaRecord;
import bytchat.api.session.Handshake;
import bytchat.api.tracker.Binding;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.fixture.SeededRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VerifierTest {
    private static final byte[] NODE = SeededRandom.bytes("node", 32);
    private static final byte[] NODE_KEY = Ed25519.publicKey(NODE);
    private static final byte[] NONCE = SeededRandom.bytes("nonce", 32);
    private static final byte[] ID = SeededRandom.bytes("envelope id", 32);
    private static final SignatureCheck ACCEPT_ALL = new SignatureCheck() {
        @Override
        public boolean ed25519(byte[] key, byte[] message, byte[] sig) {
            return true;
        }

        @Override
        public boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig) {
            return true;
        }
    };

    private final Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, at(NOW_MILLIS));
    private final Verifier acceptAll = new Verifier(ACCEPT_ALL, at(NOW_MILLIS));

    /** A record that holds, the key of its signature, a field to forge, and how to verify it. */
    record Kind(String name, BDict good, String field, BiFunction<Verifier, BDict, Optional<String>> verify) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Kind> kinds() {
        return List.of(
                new Kind("credentials.cert", ANNA.certificate().dict(), "ts", (v, d) ->
                v.credentials(credentials("cert", d))),
                new Kind("credentials.devices", ANNA.devices().dict(), "n", (v, d) ->
                v.credentials(credentials("devices", d))),
                new Kind("envelope", message().dict(), "ts", (v, d) -> v.envelope(new Envelope(d), ANNA.deviceKey())),
                new Kind("envelope with credentials", message().dict(), "seq", (v, d) ->
                v.envelope(new Envelope(d), ANNA.credentials(), SHA_1)),
                new Kind("envelope with certificate", message().dict(), "ttl",
                        (v, d) -> v.envelope(new Envelope(d), ANNA.accountKey(), ANNA.certificate(), SHA_1)),
                new Kind("binding", binding().dict(), "port", (v, d) -> v.binding(new Binding(d), SHA_1)),
                new Kind("subscription", ANNA.subscription(SHA_1, NODE_KEY, NONCE).dict(), "ts",
                        (v, d) -> v.subscription(new Subscription(d), SHA_1)),
                new Kind("meta", ANNA.meta(SHA_512).dict(), "unknown", (v, d) -> v.meta(new MetaRecord(d), SHA_512)),
                new Kind("receipt", ANNA.receipt(SHA_1, NODE, ID).dict(), "expiry", (v, d) ->
                v.receipt(new StoreReceipt(d), NODE_KEY)),
                new Kind("acknowledgement", ANNA.acknowledgement(SHA_1, ID).dict(), "ts",
                        (v, d) -> v.acknowledgement(new Acknowledgement(d), ANNA.deviceKey())),
                new Kind("permit", ANNA.permit(SHA_1, BEN).dict(), "exp",
                        (v, d) -> v.permit(new Permit(d), SHA_1, BEN.fingerprint(), ANNA.uid(SHA_1))),
                new Kind("handshake", handshake().dict(), "unknown", (v, d) -> v.handshake(new Handshake(d))));
    }

    @TestFactory
    Stream<DynamicTest> whatIsSignedHolds() {
        return kinds().stream().map(kind -> DynamicTest.dynamicTest(kind.name, () ->
                assertThat(kind.verify.apply(verifier, kind.good)).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> aWrongSignatureIsFound() {
        return kinds().stream().map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
            byte[] sig = kind.good.requireBytes("sig");
            sig[10] ^= 1;
            BDict forged = Signed.with(kind.good, sig);

            assertThat(kind.verify.apply(verifier, forged))
                    .hasValueSatisfying(reason -> assertThat(reason).endsWith("signature is wrong"));
            assertThat(kind.verify.apply(acceptAll, forged)).as("with the check off").isEmpty();
        }));
    }

    @TestFactory
    Stream<DynamicTest> aChangedFieldIsFound() {
        return kinds().stream().map(kind -> DynamicTest.dynamicTest(kind.name + "." + kind.field, () -> {
            BDict forged = changed(kind);

            assertThat(kind.verify.apply(verifier, forged))
                    .hasValueSatisfying(reason -> assertThat(reason).endsWith("signature is wrong"));
            assertThat(kind.verify.apply(acceptAll, forged)).as("with the check off").isEmpty();
        }));
    }

    /** Domain separation: what was signed as one thing serves as nothing else. */
    @TestFactory
    Stream<DynamicTest> aSignatureUnderAnotherTagIsFound() {
        return Stream.of(Tag.values()).filter(tag -> tag != Tag.ACK)
                .map(tag -> DynamicTest.dynamicTest(tag.wireName(), () -> {
            Acknowledgement forged =
                    new Acknowledgement(ANNA.asDevice(tag, ANNA.acknowledgement(SHA_1, ID).dict().without("sig")));

            assertThat(verifier.acknowledgement(forged, ANNA.deviceKey())).contains("the ack signature is wrong");
            assertThat(acceptAll.acknowledgement(forged, ANNA.deviceKey())).as("with the check off").isEmpty();
        }));
    }

    /** A record that fits its request but not the answer it becomes part of would make that answer impossible. */
    @TestFactory
    Stream<DynamicTest> aRecordDeeperThanSixIsRefused() {
        BValue deep = new BInteger(1);
        for (int i = 0; i < Verifier.RECORD_DEPTH_MAX; i++) {
            deep = BList.of(deep);
        }
        BValue tooDeep = deep;
        return kinds().stream().map(kind -> DynamicTest.dynamicTest(kind.name, () -> {
            assertThat(kind.verify.apply(acceptAll, kind.good.with().put("x", tooDeep).build()))
                    .contains("a record deeper than 6");
            assertThat(kind.verify.apply(acceptAll, kind.good.with().put("x", ((BList) tooDeep).values().get(0))
                    .build())).isEmpty();
        }));
    }

    @Test
    void anExpiredCertificateIsFound() {
        Credentials credentials =
                Credentials.of(ANNA.accountKey(), ANNA.certificate(NOW_MILLIS + DAY_MILLIS), ANNA.devices());

        assertThat(verifierAt(NOW_MILLIS + DAY_MILLIS - 1).credentials(credentials)).isEmpty();
        assertThat(verifierAt(NOW_MILLIS + DAY_MILLIS).credentials(credentials))
                .contains("the device certificate has expired");
    }

    @Test
    void aCertificateExpiresInTheCacheToo() {
        long[] now = {NOW_MILLIS};
        Verifier ticking = new Verifier(SignatureCheck.BOUNCY_CASTLE, clock(() -> now[0]));
        Credentials credentials =
                Credentials.of(ANNA.accountKey(), ANNA.certificate(NOW_MILLIS + DAY_MILLIS), ANNA.devices());

        assertThat(ticking.credentials(credentials)).isEmpty();
        now[0] += DAY_MILLIS;
        assertThat(ticking.credentials(credentials)).contains("the device certificate has expired");
    }

    @Test
    void aRevokedOrUnlistedDeviceIsFound() {
        String reason = "the device is revoked or not in the account's device list";
        assertThat(verifier.credentials(Credentials.of(ANNA.accountKey(), ANNA.certificate(),
                ANNA.devices(List.of(ANNA.deviceId()), List.of(ANNA.deviceId()))))).contains(reason);
        assertThat(verifier.credentials(Credentials.of(ANNA.accountKey(), ANNA.certificate(),
                ANNA.devices(List.of(BEN.deviceId()), List.of())))).contains(reason);
    }

    @Test
    void credentialsOfTwoAccountsAreFound() {
        assertThat(verifier.credentials(Credentials.of(ANNA.accountKey(), BEN.certificate(), ANNA.devices())))
                .contains("the device certificate is another account's");
        assertThat(verifier.credentials(Credentials.of(ANNA.accountKey(), ANNA.certificate(), BEN.devices())))
                .contains("the device list is another account's");
    }

    @Test
    void anAccountKeyThatIsNoneIsRefusedBeforeItsSignatureCounts() {
        byte[] key = ANNA.accountKey();
        key[key.length - 1] ^= 2; // 65537 becomes 65539
        BDict odd = BDict.builder().put("key", key).put("cert", withFingerprint(ANNA.certificate().dict(), key))
                .put("devices", withFingerprint(ANNA.devices().dict(), key)).build();

        assertThat(acceptAll.credentials(new Credentials(odd))).hasValueSatisfying(reason ->
                assertThat(reason).startsWith("the account key is not an RSA key of 2048 to 4096 bits"));
    }

    @Test
    void aUidThatIsNotTheHashOfTheKeyIsFound() {
        String reason = "the UID is not the hash of the account key";
        assertThat(verifier.binding(binding(), SHA_512)).contains(reason);
        assertThat(verifier.binding(new Binding(ANNA.asDevice(Tag.BIND, binding().dict().with()
                .put("target", BEN.uid(SHA_1)).build())), SHA_1))
                .contains(reason);
        assertThat(verifier.subscription(ANNA.subscription(SHA_1, NODE_KEY, NONCE), SHA_512)).contains(reason);
        assertThat(verifier.envelope(message(), ANNA.credentials(), SHA_512)).contains(reason);
        assertThat(verifier.envelope(message(), BEN.credentials(), SHA_1)).contains(reason);
        assertThat(verifier.envelope(message(), BEN.accountKey(), BEN.certificate(), SHA_1)).contains(reason);
        assertThat(verifier.meta(ANNA.meta(SHA_512), SHA_1)).contains("the id is not the hash of the public key");
        assertThat(acceptAll.binding(binding(), SHA_512)).as("it is no matter of the signature").contains(reason);
    }

    @Test
    void anotherDeviceThanTheOneNamedIsFound() {
        assertThat(verifier.envelope(message(), BEN.deviceKey()))
                .contains("the envelope names another device than the one that is shown");
        assertThat(verifier.envelope(message(), ANNA.accountKey(), BEN.certificate(), SHA_1))
                .contains("the device certificate is another account's");
        assertThat(verifier.acknowledgement(ANNA.acknowledgement(SHA_1, ID), BEN.deviceKey()))
                .contains("the acknowledgement names another device than the one that is shown");
    }

    @Test
    void aReceiptOfAnotherNodeIsFound() {
        assertThat(verifier.receipt(ANNA.receipt(SHA_1, NODE, ID), BEN.deviceKey()))
                .contains("the receipt names another node than the one that gave it");
    }

    @Test
    void aPermitServesOnlyItsSenderItsRecipientAndItsTime() {
        Permit permit = ANNA.permit(SHA_1, BEN, NOW_MILLIS + DAY_MILLIS);
        assertThat(verifier.permit(permit, SHA_1, ANNA.fingerprint(), ANNA.uid(SHA_1)))
                .contains("the permit is for another sender");
        assertThat(verifier.permit(permit, SHA_1, BEN.fingerprint(), BEN.uid(SHA_1)))
                .contains("the permit is another recipient's");
        assertThat(verifierAt(NOW_MILLIS + DAY_MILLIS).permit(permit, SHA_1, BEN.fingerprint(), ANNA.uid(SHA_1)))
                .contains("the permit has expired");
        Permit byStranger = new Permit(BEN.asDevice(Tag.PERMIT, BEN.permit(SHA_1, BEN).dict().with()
                .put("to", ANNA.uid(SHA_1)).build()));
        assertThat(verifier.permit(byStranger, SHA_1, BEN.fingerprint(), ANNA.uid(SHA_1)))
                .contains("the recipient's UID is not the hash of the permit's key");
    }

    @Test
    void anExpiredCertificateInAPermitIsFound() {
        Permit permit = new Permit(ANNA.asDevice(Tag.PERMIT,
                ANNA.permit(SHA_1, BEN).dict().with().put("cert", ANNA.certificate(NOW_MILLIS).dict()).build()));

        assertThat(verifier.permit(permit, SHA_1, BEN.fingerprint(), ANNA.uid(SHA_1)))
                .contains("the device certificate has expired");
    }

    @Test
    void aHandshakeIsItsMakersAlone() {
        assertThat(verifier.handshake(signed(handshake().dict().with().put("a", BEN.fingerprint()))))
                .contains("'a' is not the fingerprint of the handshake's account key");
        assertThat(verifier.handshake(signed(handshake().dict().with().put("b", ANNA.fingerprint()))))
                .contains("a handshake with oneself");
        assertThat(verifier.handshake(signed(handshake().dict().with().put("permit", BEN.permit(SHA_1, ANNA).dict()))))
                .contains("the permit in the handshake is somebody else's");
        assertThat(verifier.handshake(signed(handshake().dict().with().put("permit", ANNA.permit(SHA_1, ANNA).dict()))))
                .contains("the permit is for another sender");
        assertThat(verifier.handshake(signed(handshake().dict().with().put("from", BEN.uid(SHA_1)))))
                .contains("the permit in the handshake is somebody else's");
    }

    @Test
    void anMlKemPrekeyThatIsNoneIsFound() {
        byte[] mlkem = ANNA.prekeys().mlkem();
        mlkem[0] = (byte) 0xff;
        mlkem[1] |= 0x0f; // a coefficient of 4095, above the modulus
        Prekeys odd = Prekeys.of(ANNA.prekeys().x25519(), mlkem, NOW_MILLIS + DAY_MILLIS);
        BDict content = ANNA.meta(SHA_1).dict().requireDict("content").with().put("prekeys", odd.dict()).build();

        assertThat(verifier.handshake(signed(handshake().dict().with().put("prekeys", odd.dict()))))
                .contains("the ML-KEM prekey is not an encapsulation key");
        assertThat(verifier.meta(new MetaRecord(ANNA.asAccount(Tag.META, ANNA.meta(SHA_1).dict().with()
                .put("content", content).build())), SHA_1))
                .contains("the ML-KEM prekey is not an encapsulation key");
    }

    @Test
    void metaLongerThanItsLimitIsRefused() {
        BDict padded = ANNA.meta(SHA_1).dict().with().put("x", new byte[MetaRecord.BYTES_MAX]).build();

        assertThat(acceptAll.meta(new MetaRecord(padded), SHA_1)).contains("the meta is longer than 65536 bytes");
    }

    @Test
    void aCertificateIsComputedOnceAndAForgeryEveryTime() {
        int[] computed = {0};
        Verifier counting = new Verifier(new SignatureCheck() {
            @Override
            public boolean ed25519(byte[] key, byte[] message, byte[] sig) {
                return SignatureCheck.BOUNCY_CASTLE.ed25519(key, message, sig);
            }

            @Override
            public boolean rsaPss(byte[] spkiDer, byte[] message, byte[] sig) {
                computed[0]++;
                return SignatureCheck.BOUNCY_CASTLE.rsaPss(spkiDer, message, sig);
            }
        }, at(NOW_MILLIS));
        counting.credentials(ANNA.credentials());
        counting.credentials(ANNA.credentials());
        assertThat(computed[0]).as("certificate and list").isEqualTo(2);

        byte[] sig = ANNA.certificate().sig();
        sig[0] ^= 1;
        Credentials forged = Credentials.of(ANNA.accountKey(),
                new bytchat.api.account.DeviceCertificate(Signed.with(ANNA.certificate().dict(), sig)),
                ANNA.devices());
        for (int i = 0; i < 3; i++) {
            assertThat(counting.credentials(forged)).contains("the cert signature is wrong");
        }
        assertThat(computed[0]).isEqualTo(5);
    }

    @Test
    void theCacheHoldsWhatItsBoundSays() {
        VerifiedCache cache = new VerifiedCache(100);
        for (int i = 0; i < 1_000; i++) {
            cache.add(VerifiedCache.name(new byte[] {1}, new byte[] {(byte) i, (byte) (i >> 8)}, new byte[] {2}));
        }
        assertThat(cache.size()).isEqualTo(100);
        assertThat(VerifiedCache.name(new byte[] {1}, new byte[] {2, 3}, new byte[0]))
                .isNotEqualTo(VerifiedCache.name(new byte[] {1, 2}, new byte[] {3}, new byte[0]));
    }

    private static Credentials credentials(String field, BDict value) {
        return new Credentials(ANNA.credentials().dict().with().put(field, value).build());
    }

    private static Envelope message() {
        return ANNA.envelope(SHA_1, Envelope.Kind.MESSAGE, BEN, 1, new byte[16], new byte[80]);
    }

    private static Binding binding() {
        return ANNA.binding(SHA_1, NODE_KEY, BEN.deviceKey(), NONCE, 6_881);
    }

    private static Handshake handshake() {
        return ANNA.offer(SHA_1, BEN).handshake();
    }

    private static Handshake signed(BDict.Builder changed) {
        return new Handshake(ANNA.asDevice(Tag.HANDSHAKE, changed.build().without("sig")));
    }

    private static BDict changed(Kind kind) {
        if (kind.field.equals("unknown")) {
            return kind.good.with().put("unknown", new byte[32]).build();
        }
        return kind.good.with().put(kind.field, kind.good.requireInteger(kind.field) - 1).build();
    }

    private static BDict withFingerprint(BDict record, byte[] accountKey) {
        return record.with().put("fp", bytchat.wire.crypto.Digests.sha512(accountKey)).build();
    }

    private static Verifier verifierAt(long millis) {
        return new Verifier(SignatureCheck.BOUNCY_CASTLE, at(millis));
    }

    static Clock at(long millis) {
        return clock(() -> millis);
    }

    private static Clock clock(LongSupplier millis) {
        return new Clock() {
            @Override
            public Instant now() {
                return Instant.ofEpochMilli(millis.getAsLong());
            }

            @Override
            public long nanoTime() {
                return 0;
            }
        };
    }
}
