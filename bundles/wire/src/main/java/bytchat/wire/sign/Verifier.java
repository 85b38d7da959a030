package bytchat.wire.sign;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.SignedRecord;
import bytchat.api.env.Clock;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Acknowledgement;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.mailbox.StoreReceipt;
import bytchat.api.mailbox.Subscription;
import bytchat.api.meta.MetaRecord;
import bytchat.api.session.Handshake;
import bytchat.api.tracker.Binding;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.RsaPss;
import java.util.Arrays;
import java.util.Optional;

/**
 * Whether a signed record holds: its signature, the chain from the device to the account, the account's hash, expiry
 * and revocation. Each method answers the reason why a record does not hold, one sentence for a 206 answer, or empty if
 * it does.
 *
 * <p>Threat: every field of a record may come from somebody else than it says. Answer: nothing in it is used before the
 * method for it has answered empty. What depends on the place (nonces, clock windows, quotas, whose mailbox) is the
 * services' business.
 *
 * <p>Synchronous, up to a millisecond of CPU: runs on the worker pool. Safe for use from any thread.
 */
public final class Verifier {
    /** RSA signatures that have held and are not computed again: two for each device. */
    public static final int SIGNATURES_CACHED_MAX = 8_192;
    /**
     * A record may be so deep: the deepest of version 1 has 4, and the deepest answer that carries records adds 4 to
     * it. One that just fits a request but not the answer it is later part of would make that answer impossible.
     */
    public static final int RECORD_DEPTH_MAX = 6;

    private final SignatureCheck check;
    private final Clock clock;
    private final VerifiedCache verified;

    public Verifier(SignatureCheck check, Clock clock) {
        this(check, clock, SIGNATURES_CACHED_MAX);
    }

    public Verifier(SignatureCheck check, Clock clock, int signaturesCachedMax) {
        this.check = check;
        this.clock = clock;
        this.verified = new VerifiedCache(signaturesCachedMax);
    }

    /** A device of an account: account key, certificate, list, and that the list allows the device. */
    public Optional<String> credentials(Credentials credentials) {
        byte[] accountKey = credentials.accountKey();
        DeviceCertificate certificate = credentials.certificate();
        Optional<String> reason = certificate(certificate, accountKey);
        if (reason.isEmpty()) {
            reason = deviceList(credentials.devices(), accountKey);
        }
        if (reason.isPresent()) {
            return reason;
        }
        return credentials.devices().allows(deviceId(certificate.deviceKey()))
                ? Optional.empty()
                : Optional.of("the device is revoked or not in the account's device list");
    }

    /**
     * An envelope by the device with this key. Whose device that is, {@link #envelope(Envelope, Credentials, KeySpace)}
     * checks too.
     */
    public Optional<String> envelope(Envelope envelope, byte[] deviceKey) {
        if (!Arrays.equals(envelope.device(), deviceId(deviceKey))) {
            return Optional.of("the envelope names another device than the one that is shown");
        }
        return byDevice(Tag.ENVELOPE, envelope, deviceKey);
    }

    /** An envelope with its sender's credentials, and that the sender's UID is theirs. */
    public Optional<String> envelope(Envelope envelope, Credentials sender, KeySpace keySpace) {
        return user(envelope.from(), sender, keySpace).or(() -> envelope(envelope, sender.certificate().deviceKey()));
    }

    /**
     * An envelope as a holder sees it, who is shown no device list: that the sender's UID and device are this key's and
     * certificate's.
     */
    public Optional<String> envelope(Envelope envelope, byte[] accountKey, DeviceCertificate certificate,
            KeySpace keySpace) {
        if (!isUser(envelope.from(), accountKey, keySpace)) {
            return Optional.of("the UID is not the hash of the account key");
        }
        return certificate(certificate, accountKey).or(() -> envelope(envelope, certificate.deviceKey()));
    }

    public Optional<String> binding(Binding binding, KeySpace keySpace) {
        Credentials credentials = binding.credentials();
        return user(binding.target(), credentials, keySpace)
                .or(() -> byDevice(Tag.BIND, binding, credentials.certificate().deviceKey()));
    }

    public Optional<String> subscription(Subscription subscription, KeySpace keySpace) {
        Credentials credentials = subscription.credentials();
        return user(subscription.target(), credentials, keySpace)
                .or(() -> byDevice(Tag.SUBSCRIBE, subscription, credentials.certificate().deviceKey()));
    }

    public Optional<String> meta(MetaRecord meta, KeySpace keySpace) {
        byte[] accountKey = meta.publicKey();
        if (Bencode.encodedBytes(meta.dict()) > MetaRecord.BYTES_MAX) {
            return Optional.of("the meta is longer than " + MetaRecord.BYTES_MAX + " bytes");
        }
        if (!isUser(meta.uid(), accountKey, keySpace)) {
            return Optional.of("the id is not the hash of the public key");
        }
        if (!MlKem768.validPublicKey(meta.prekeys().mlkem())) {
            return Optional.of("the ML-KEM prekey is not an encapsulation key");
        }
        return deviceList(meta.devices(), accountKey).or(() -> byAccount(Tag.META, meta, accountKey));
    }

    /** @param nodeKey the key that the holder has proven on its link */
    public Optional<String> receipt(StoreReceipt receipt, byte[] nodeKey) {
        if (!Arrays.equals(receipt.node(), nodeKey)) {
            return Optional.of("the receipt names another node than the one that gave it");
        }
        return byDevice(Tag.STORED, receipt, nodeKey);
    }

    /**
     * An acknowledgement by the device with this key; that the key is one of the recipient's devices, the caller knows.
     */
    public Optional<String> acknowledgement(Acknowledgement acknowledgement, byte[] deviceKey) {
        if (!Arrays.equals(acknowledgement.device(), deviceId(deviceKey))) {
            return Optional.of("the acknowledgement names another device than the one that is shown");
        }
        return byDevice(Tag.ACK, acknowledgement, deviceKey);
    }

    /**
     * That {@code toUid} lets the sender leave messages. A permit carries no device list: one by a device that was
     * revoked later holds until it expires.
     */
    public Optional<String> permit(Permit permit, KeySpace keySpace, byte[] senderFingerprint, byte[] toUid) {
        if (!Arrays.equals(permit.to(), toUid)) {
            return Optional.of("the permit is another recipient's");
        }
        if (!isUser(toUid, permit.accountKey(), keySpace)) {
            return Optional.of("the recipient's UID is not the hash of the permit's key");
        }
        return permit(permit, senderFingerprint);
    }

    /**
     * A handshake and the permit in it. Who it is for, and that {@code from} is the sender of the envelope around it,
     * the reader checks, who knows both.
     */
    public Optional<String> handshake(Handshake handshake) {
        Credentials credentials = handshake.credentials();
        if (!Arrays.equals(handshake.maker(), Digests.sha512(credentials.accountKey()))) {
            return Optional.of("'a' is not the fingerprint of the handshake's account key");
        }
        if (Arrays.equals(handshake.maker(), handshake.reader())) {
            return Optional.of("a handshake with oneself");
        }
        Permit permit = handshake.permit();
        if (!Arrays.equals(permit.accountKey(), credentials.accountKey())
                || !Arrays.equals(permit.to(), handshake.dict().requireBytes("from"))) {
            return Optional.of("the permit in the handshake is somebody else's");
        }
        if (!MlKem768.validPublicKey(handshake.prekeys().mlkem())) {
            return Optional.of("the ML-KEM prekey is not an encapsulation key");
        }
        return credentials(credentials)
                .or(() -> permit(permit, handshake.reader()))
                .or(() -> byDevice(Tag.HANDSHAKE, handshake, credentials.certificate().deviceKey()));
    }

    private Optional<String> permit(Permit permit, byte[] senderFingerprint) {
        if (!Arrays.equals(permit.sender(), senderFingerprint)) {
            return Optional.of("the permit is for another sender");
        }
        if (permit.expiresMillis() <= clock.millis()) {
            return Optional.of("the permit has expired");
        }
        return certificate(permit.certificate(), permit.accountKey())
                .or(() -> byDevice(Tag.PERMIT, permit, permit.certificate().deviceKey()));
    }

    private Optional<String> user(byte[] uid, Credentials credentials, KeySpace keySpace) {
        return isUser(uid, credentials.accountKey(), keySpace)
                ? credentials(credentials)
                : Optional.of("the UID is not the hash of the account key");
    }

    private static boolean isUser(byte[] uid, byte[] accountKey, KeySpace keySpace) {
        return Arrays.equals(uid, keySpace.uid(accountKey).unsafeArray());
    }

    private Optional<String> certificate(DeviceCertificate certificate, byte[] accountKey) {
        if (!Arrays.equals(certificate.fingerprint(), Digests.sha512(accountKey))) {
            return Optional.of("the device certificate is another account's");
        }
        if (certificate.expiresMillis() <= clock.millis()) {
            return Optional.of("the device certificate has expired");
        }
        return byAccount(Tag.CERT, certificate, accountKey);
    }

    private Optional<String> deviceList(DeviceList devices, byte[] accountKey) {
        if (!Arrays.equals(devices.fingerprint(), Digests.sha512(accountKey))) {
            return Optional.of("the device list is another account's");
        }
        return byAccount(Tag.DEVICES, devices, accountKey);
    }

    /** By an Ed25519 key: a device's or a node's. */
    private Optional<String> byDevice(Tag tag, SignedRecord record, byte[] key) {
        return tooDeep(record).or(() -> check.ed25519(key, Signed.message(tag, record.dict()), record.sig())
                ? Optional.empty()
                : wrongSignature(tag));
    }

    private Optional<String> byAccount(Tag tag, SignedRecord record, byte[] accountKey) {
        if (!RsaPss.acceptable(accountKey)) {
            return Optional.of("the account key is not an RSA key of " + RsaPss.BITS_MIN + " to " + RsaPss.BITS_MAX
                    + " bits with exponent 65537 in DER");
        }
        Optional<String> tooDeep = tooDeep(record);
        if (tooDeep.isPresent()) {
            return tooDeep;
        }
        byte[] message = Signed.message(tag, record.dict());
        var name = VerifiedCache.name(accountKey, message, record.sig());
        if (!verified.contains(name)) {
            if (!check.rsaPss(accountKey, message, record.sig())) {
                return wrongSignature(tag);
            }
            verified.add(name);
        }
        return Optional.empty();
    }

    private static Optional<String> tooDeep(SignedRecord record) {
        return Bencode.depth(record.dict()) > RECORD_DEPTH_MAX
                ? Optional.of("a record deeper than " + RECORD_DEPTH_MAX)
                : Optional.empty();
    }

    private static Optional<String> wrongSignature(Tag tag) {
        return Optional.of("the " + tag.wireName() + " signature is wrong");
    }

    private static byte[] deviceId(byte[] deviceKey) {
        return Digests.sha512_256(deviceKey);
    }
}
