package bytchat.session.cbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BencodeException;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite.MessageContext;
import bytchat.api.session.SessionSuite.Session;
import bytchat.session.cbc.internal.Pair.Half;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.X25519;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CbcSuiteTest {
    private static final byte[] TEXT = "Meet me at the north gate".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ADDITIONAL = {9, 8, 7};
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

    private final Pair pair = new Pair();
    private Half fromAda;
    private Half fromBob;
    private Session session;

    @BeforeAll
    void shakeHands() {
        fromAda = pair.half(pair.ada, pair.bob);
        fromBob = pair.half(pair.bob, pair.ada); // made without knowing Ada's: the two cross
        session = pair.agree(pair.ada, fromAda, fromBob);
    }

    @Test
    void handshakesThatCrossGiveBothSidesTheSameSession() {
        Session bobs = pair.agree(pair.bob, fromBob, fromAda);

        assertThat(session.root()).hasSize(CbcSuite.ROOT_BYTES).isEqualTo(bobs.root());
        assertThat(session.id()).hasSize(CbcSuite.SESSION_ID_BYTES).isEqualTo(bobs.id());
        assertThat(session.suite()).isEqualTo(1).isEqualTo(pair.suite.number());
    }

    @Test
    void anAnswerToAHandshakeGivesBothSidesTheSameSession() {
        Half answer = pair.half(pair.bob, pair.bob, pair.ada.fingerprint(), fromAda.handshake().prekeys());
        Session bobs = pair.agree(pair.bob, answer, fromAda);
        Session adas = pair.agree(pair.ada, fromAda, answer);

        assertThat(adas.root()).isEqualTo(bobs.root());
        assertThat(adas.id()).isEqualTo(bobs.id()).isNotEqualTo(session.id());
        assertThat(adas.root()).isNotEqualTo(session.root());
    }

    @Test
    void whatOneSealsTheOtherOpens() throws Exception {
        Session bobs = pair.agree(pair.bob, fromBob, fromAda);
        for (int length : new int[] {0, 1, 15, 16, 17, 48 * 1024}) {
            byte[] plain = Arrays.copyOf(TEXT, length);
            MessageContext context = new MessageContext(pair.ada.deviceId(), length, ADDITIONAL);
            assertThat(pair.suite.open(bobs, context, pair.suite.seal(session, context, plain))).isEqualTo(plain);
        }
    }

    @Test
    void everyChangedByteOfASealedMessageIsFound() {
        MessageContext context = new MessageContext(pair.ada.deviceId(), 1, ADDITIONAL);
        byte[] sealed = pair.suite.seal(session, context, TEXT); // IV, ciphertext, tag
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> pair.suite.open(session, context, changed)).as("byte " + i)
                    .isInstanceOf(SessionException.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> pair.suite.open(session, context, cut)).as("length " + length)
                    .isInstanceOf(SessionException.class);
        }
    }

    @Test
    void aSealedMessageOpensInNoOtherPlace() {
        byte[] device = pair.ada.deviceId();
        byte[] sealed = pair.suite.seal(session, new MessageContext(device, 1, ADDITIONAL), TEXT);
        byte[] otherRoot = session.root().clone();
        otherRoot[63] ^= 1;

        assertRefused(session, new MessageContext(device, 2, ADDITIONAL), sealed);
        assertRefused(session, new MessageContext(pair.bob.deviceId(), 1, ADDITIONAL), sealed);
        assertRefused(session, new MessageContext(device, 1, new byte[] {9, 8, 6}), sealed);
        assertRefused(session, new MessageContext(device, 1, new byte[0]), sealed);
        assertRefused(new Session(1, session.id(), otherRoot), new MessageContext(device, 1, ADDITIONAL), sealed);
    }

    @Test
    void sealingTwiceShowsNothingOfTheRepetition() {
        MessageContext context = new MessageContext(pair.ada.deviceId(), 1, ADDITIONAL);
        byte[] one = pair.suite.seal(session, context, TEXT);
        byte[] other = pair.suite.seal(session, context, TEXT);
        for (int start = 0; start + 16 <= one.length; start += 16) {
            assertThat(Arrays.copyOfRange(one, start, start + 16))
                    .isNotEqualTo(Arrays.copyOfRange(other, start, start + 16));
        }
    }

    /** A changed handshake is unreadable, refused, or leads to a session that the other side does not have. */
    @Test
    void noByteOfAHandshakeCanBeChangedUnnoticed() {
        byte[] canonical = Bencode.encode(fromBob.handshake().dict().without(Signed.SIG));
        Set<String> outcomes = new HashSet<>();
        for (int i = 0; i < canonical.length; i++) {
            byte[] changed = canonical.clone();
            changed[i] ^= 1;
            outcomes.add(agreeOnChanged(changed, "byte " + i));
        }
        assertThat(outcomes).containsExactlyInAnyOrder("unreadable", "refused", "another session");
    }

    private String agreeOnChanged(byte[] changed, String which) {
        Handshake handshake;
        try {
            BDict dict = Bencode.decodeDict(changed, changed.length);
            handshake = new Handshake(Signed.with(dict, fromBob.handshake().sig()));
        } catch (BencodeException e) {
            return "unreadable";
        }
        assertThat(new Verifier(SignatureCheck.BOUNCY_CASTLE, pair.host.environment().clock()).handshake(handshake))
                .as(which).isPresent();
        try {
            Session other = pair.await(pair.suite.agree(pair.ada, fromAda.handshake(), fromAda.secret(), handshake));
            assertThat(other.id()).as(which).isNotEqualTo(session.id());
            assertThat(other.root()).as(which).isNotEqualTo(session.root());
            return "another session";
        } catch (IllegalStateException e) {
            assertThat(e).as(which).hasRootCauseInstanceOf(Exception.class)
                    .rootCause().isInstanceOfAny(SessionException.class, Account.UnknownPrekeyException.class);
            return "refused";
        }
    }

    @Test
    void aPairInTheWrongOrderIsRefused() {
        assertRefused(pair.ada, fromBob, fromAda, "not made by this account");
        assertRefused(pair.bob, fromAda, fromBob, "not made by this account");
        assertRefused(pair.ada, fromAda, fromAda, "for somebody else");
    }

    @Test
    void aHandshakeForSomebodyElseOrOfSomebodyElseIsRefused() {
        Account eve = pair.account("Eve");
        assertRefused(pair.ada, fromAda, pair.half(eve, pair.bob), "for somebody else");
        assertRefused(pair.ada, fromAda, pair.half(eve, pair.ada), "not each other's answer");
    }

    @Test
    void aHandshakeWithOneselfIsRefused() {
        Half self = pair.half(pair.ada, pair.ada);
        assertRefused(pair.ada, self, self, "with oneself");
    }

    @Test
    void aSuiteThatOneSideDoesNotOfferIsRefused() {
        Half other = fromBob.with(fromBob.handshake().dict().with().put("suites", BList.of(new BInteger(2))).build());
        assertRefused(pair.ada, fromAda, other, "not offered by both");
    }

    @Test
    void aSecretOfAnotherHandshakeIsRefused() {
        assertRefused(pair.ada, new Half(fromAda.handshake(), pair.half(pair.ada, pair.bob).secret()), fromBob,
                "does not belong");
        assertRefused(pair.ada, new Half(fromAda.handshake(), new byte[7]), fromBob, "does not belong");
    }

    @Test
    void anEphemeralOfSmallOrderIsRefused() {
        for (byte[] point : new byte[][] {new byte[32], one()}) {
            Half other = fromBob.with(fromBob.handshake().dict().with().put("e", point).build());
            assertRefused(pair.ada, fromAda, other, "all-zero");
        }
    }

    /** The twin: an X25519 that takes the point gives everybody the same, known secret. */
    @Test
    void withoutThatRefusalTheSecretWouldBeKnown() {
        byte[] secret = new byte[32];
        org.bouncycastle.math.ec.rfc7748.X25519.calculateAgreement(X25519.generatePrivateKey(pair.host.environment()
                .random()), 0,
                one(), 0, secret, 0);
        assertThat(secret).isEqualTo(new byte[32]);
    }

    @Test
    void prekeysOfSmallOrderOrOutOfRangeAreRefused() {
        Prekeys good = pair.bob.prekeys();
        byte[] outOfRange = good.mlkem();
        Arrays.fill(outOfRange, 0, 3, (byte) 0xff);
        assertThatThrownBy(() -> pair.await(pair.suite.offer(Prekeys.of(new byte[32], good.mlkem(), 0))))
                .hasRootCauseInstanceOf(SessionException.class);
        assertThatThrownBy(() -> pair.await(pair.suite.offer(Prekeys.of(good.x25519(), outOfRange, 0))))
                .hasRootCauseInstanceOf(SessionException.class);
    }

    @Test
    void aPrekeyThatIsGoneIsToldApart() {
        Half other = fromBob.with(fromBob.handshake().dict().with().put("pre", new byte[32]).build());
        assertThatThrownBy(() -> pair.agree(pair.ada, fromAda, other))
                .hasRootCauseInstanceOf(Account.UnknownPrekeyException.class);
    }

    /** ML-KEM rejects implicitly: a changed ciphertext gives a secret nobody else has. */
    @Test
    void aChangedCiphertextLeadsToASessionOfOnesOwn() {
        byte[] ciphertext = fromBob.handshake().ciphertext();
        ciphertext[500] ^= 1;
        Half other = fromBob.with(fromBob.handshake().dict().with().put("ct", ciphertext).build());
        assertThat(pair.agree(pair.ada, fromAda, other).root()).isNotEqualTo(session.root());
    }

    /**
     * Key-compromise impersonation: a thief has all of Ada's keys and writes to Ada as Bob. He can make everything but
     * the signature of Bob's device.
     */
    @Test
    void aThiefOfAdasKeysCannotPoseAsBobTowardAda() {
        Half forged = thiefsHandshake();
        assertThat(new Verifier(SignatureCheck.BOUNCY_CASTLE, pair.host.environment().clock())
                .handshake(forged.handshake())).isPresent();
    }

    /** The twin: with signatures unchecked the thief ends in a session with Ada, as Bob. */
    @Test
    void withoutSignaturesTheThiefPosesAsBob() {
        Half forged = thiefsHandshake();
        assertThat(new Verifier(ACCEPT_ALL, pair.host.environment().clock()).handshake(forged.handshake())).isEmpty();

        Session adas = pair.agree(pair.ada, fromAda, forged);
        // fromAda went to Bob's prekeys; the thief gave his own as "Bob's", so Ada's next handshake is to those
        Account thief = pair.account("thief");
        Half again = pair.half(pair.bob.credentials(), pair.bob.fingerprint(), thief.prekeys(), pair.ada,
                pair.ada.fingerprint(),
                pair.ada.prekeys());
        Half adasAnswer = pair.half(pair.ada, pair.ada, pair.bob.fingerprint(), again.handshake().prekeys());
        Session fooled = pair.agree(pair.ada, adasAnswer, again);
        Session thiefs = pair.await(pair.suite.agree(as(pair.bob, thief), again.handshake(), again.secret(),
                adasAnswer.handshake()));

        assertThat(adas.id()).isNotEqualTo(session.id());
        assertThat(thiefs.root()).isEqualTo(fooled.root());
    }

    private Half thiefsHandshake() {
        Credentials bobs = pair.bob.credentials();
        return pair.half(bobs, pair.bob.fingerprint(), pair.bob.prekeys(), pair.ada, pair.ada.fingerprint(),
                pair.ada.prekeys());
    }

    /** {@code who} by name, with the prekey privates of {@code thief}. */
    private static Account as(Account who, Account thief) {
        return (Account) java.lang.reflect.Proxy.newProxyInstance(Account.class.getClassLoader(),
                new Class<?>[] {Account.class},
                (proxy, method, arguments) ->
                        method.invoke(method.getName().equals("openPrekey") ? thief : who, arguments));
    }

    @Test
    void prekeysThatHaveRotatedStillOpen() {
        Half early = pair.half(pair.bob, pair.ada);
        Half mine = pair.half(pair.ada, pair.bob);
        pair.world.run(Duration.ofDays(8));
        assertThat(pair.agree(pair.ada, mine, early).root()).isEqualTo(pair.agree(pair.bob, early, mine).root());
    }

    private void assertRefused(Session in, MessageContext context, byte[] sealed) {
        assertThatThrownBy(() -> pair.suite.open(in, context, sealed)).isInstanceOf(SessionException.class);
    }

    private void assertRefused(Account self, Half mine, Half theirs, String why) {
        assertThatThrownBy(() -> pair.agree(self, mine, theirs)).hasRootCauseInstanceOf(SessionException.class)
                .rootCause().hasMessageContaining(why);
    }

    private static byte[] one() {
        byte[] point = new byte[32];
        point[0] = 1;
        return point;
    }
}
