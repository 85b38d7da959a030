package bytchat.accounts.internal;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.crypto.RsaPss;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that an account is, private keys included: what is sealed into its file. Immutable; a change gives a successor
 * with the next revision. Making one or its successor costs RSA or ML-KEM: on the worker pool only.
 */
final class AccountKeys {
    /** Prekeys that are kept at once; three are in their time at the default figures. */
    static final int PREKEYS_MAX = 8;
    /** A certificate is renewed when this part of its term is left. */
    private static final int RENEWED_IN_LAST_PART = 4;

    private final String name;
    private final byte[] avatar;
    private final long revision;
    private final byte[] publicKey;
    private final byte[] accountPrivate;
    private final byte[] devicePrivate;
    private final DeviceCertificate certificate;
    private final DeviceList devices;
    private final List<PrekeyPair> prekeys;

    private AccountKeys(String name, byte[] avatar, long revision, byte[] publicKey, byte[] accountPrivate,
            byte[] devicePrivate,
            DeviceCertificate certificate, DeviceList devices, List<PrekeyPair> prekeys) {
        this.name = name;
        this.avatar = avatar;
        this.revision = revision;
        this.publicKey = publicKey;
        this.accountPrivate = accountPrivate;
        this.devicePrivate = devicePrivate;
        this.certificate = certificate;
        this.devices = devices;
        this.prekeys = List.copyOf(prekeys);
    }

    /** A new person with one device, which is this node. Takes a second or so. */
    static AccountKeys generate(String name, long nowMillis, AccountSettings settings, SecureRandom random) {
        RsaPss.RsaKeys rsa = RsaPss.generate(settings.rsaBits(), random);
        byte[] devicePrivate = Ed25519.generatePrivateKey(random);
        byte[] fingerprint = Digests.sha512(rsa.publicKey());
        byte[] deviceKey = Ed25519.publicKey(devicePrivate);
        BDict list = BDict.builder().put("fp", fingerprint).put("n", 1).put("ts", nowMillis)
                .put("devices", BList.of(BBytes.wrap(Digests.sha512_256(deviceKey)))).put("revoked", BList.of())
                        .build();
        return new AccountKeys(name, new byte[0], 1, rsa.publicKey(), rsa.privateKey(), devicePrivate,
                certify(rsa.privateKey(), fingerprint, deviceKey, nowMillis, settings, random),
                new DeviceList(sign(rsa.privateKey(), Tag.DEVICES, list, random)),
                List.of(PrekeyPair.generate(nowMillis, settings, random)));
    }

    /** @throws BencodeException if the dictionary is not one that {@link #dict()} made */
    static AccountKeys of(BDict dict) {
        List<BValue> values = dict.requireList("prekeys");
        if (values.isEmpty() || values.size() > PREKEYS_MAX) {
            throw new BencodeException("'prekeys' has " + values.size() + " entries");
        }
        List<PrekeyPair> prekeys = new ArrayList<>();
        for (BValue value : values) {
            if (!(value instanceof BDict pair)) {
                throw new BencodeException("'prekeys' holds something else than dictionaries");
            }
            prekeys.add(PrekeyPair.of(pair));
        }
        return new AccountKeys(dict.requireText("name"), dict.requireBytes("avatar"), dict.requireInteger("revision"),
                dict.requireBytes("key"), dict.requireBytes("private"),
                        dict.requireBytes("device", Ed25519.PRIVATE_KEY_BYTES),
                new DeviceCertificate(dict.requireDict("cert")), new DeviceList(dict.requireDict("devices")), prekeys);
    }

    BDict dict() {
        return BDict.builder().put("name", name).put("avatar", avatar).put("revision", revision).put("key", publicKey)
                .put("private", accountPrivate).put("device", devicePrivate).put("cert", certificate.dict())
                .put("devices", devices.dict()).put("prekeys", prekeys.stream().map(PrekeyPair::dict).toList()).build();
    }

    /** What leaves the node in an export: no device's key, no prekey. */
    BDict exported() {
        return BDict.builder().put("name", name).put("avatar", avatar).put("key", publicKey).put("private", accountPrivate)
                .put("devices", devices.dict()).build();
    }

    /**
     * A new device, which is this node, of an account that was exported elsewhere.
     *
     * @throws IllegalArgumentException with a sentence, if what was exported does not hold or has no room for another device
     */
    static AccountKeys imported(BDict exported, long nowMillis, AccountSettings settings, SecureRandom random) {
        byte[] publicKey;
        byte[] accountPrivate;
        DeviceList before;
        String name;
        byte[] avatar;
        try {
            publicKey = exported.requireBytesUpTo("key", Credentials.ACCOUNT_KEY_BYTES_MAX);
            accountPrivate = exported.requireBytes("private");
            before = new DeviceList(exported.requireDict("devices"));
            name = exported.requireText("name");
            avatar = exported.requireBytes("avatar");
        } catch (BencodeException e) {
            throw new IllegalArgumentException("the exported account was written by another BytChat (" + e.getMessage() + ")");
        }
        requireSigned(before, publicKey);
        if (!Arrays.equals(RsaPss.publicKeyOf(accountPrivate), publicKey)) {
            throw new IllegalArgumentException("the private key in this file is another account's");
        }
        byte[] devicePrivate = Ed25519.generatePrivateKey(random);
        byte[] deviceKey = Ed25519.publicKey(devicePrivate);
        byte[] fingerprint = Digests.sha512(publicKey);
        BDict list = DeviceLists.unsigned(fingerprint, before.number() + 1,
                DeviceLists.Names.of(before).with(BBytes.wrap(Digests.sha512_256(deviceKey))), nowMillis);
        return new AccountKeys(name, avatar, 1, publicKey, accountPrivate, devicePrivate,
                certify(accountPrivate, fingerprint, deviceKey, nowMillis, settings, random),
                new DeviceList(sign(accountPrivate, Tag.DEVICES, list, random)),
                List.of(PrekeyPair.generate(nowMillis, settings, random)));
    }

    /**
     * With the list that this one and another device's make together; this very object if that changes nothing.
     *
     * @throws IllegalArgumentException with a sentence, if the list does not hold or leaves no room
     */
    AccountKeys adopting(DeviceList shown, long nowMillis, SecureRandom random) {
        requireSigned(shown, publicKey);
        byte[] self = Digests.sha512_256(deviceKey());
        if (shown.revoked().contains(BBytes.wrap(self))) {
            throw new IllegalArgumentException("device list " + shown.number() + " of the account revokes this device");
        }
        DeviceLists.Joined joined = DeviceLists.join(devices, shown, nowMillis);
        if (joined instanceof DeviceLists.Joined.Ours) {
            return this;
        }
        DeviceList list = joined instanceof DeviceLists.Joined.Both both
                ? new DeviceList(sign(accountPrivate, Tag.DEVICES, both.unsigned(), random)) : shown;
        return new AccountKeys(name, avatar, revision + 1, publicKey, accountPrivate, devicePrivate, certificate, list, prekeys);
    }

    private static void requireSigned(DeviceList list, byte[] publicKey) {
        boolean holds = RsaPss.acceptable(publicKey) && Arrays.equals(list.fingerprint(), Digests.sha512(publicKey))
                && Bencode.depth(list.dict()) <= Verifier.RECORD_DEPTH_MAX
                && RsaPss.verify(publicKey, Signed.message(Tag.DEVICES, list.dict()), list.sig());
        if (!holds) {
            throw new IllegalArgumentException("the device list was not signed by this account");
        }
    }

    AccountKeys described(String newName, byte[] newAvatar) {
        return new AccountKeys(newName, newAvatar.clone(), revision + 1, publicKey, accountPrivate, devicePrivate,
                certificate, devices,
                prekeys);
    }

    /** Whether {@link #aged} would change anything. */
    boolean ages(long nowMillis, AccountSettings settings) {
        return rotationDue(nowMillis, settings) || renewalDue(nowMillis, settings)
                || prekeys.stream().skip(1).anyMatch(pair -> pastGrace(pair, nowMillis, settings));
    }

    /** New prekeys and a new certificate where the old ones are due; privates past their grace are gone. */
    AccountKeys aged(long nowMillis, AccountSettings settings, SecureRandom random) {
        List<PrekeyPair> kept = new ArrayList<>();
        if (rotationDue(nowMillis, settings)) {
            kept.add(PrekeyPair.generate(nowMillis, settings, random));
        }
        for (PrekeyPair pair : prekeys) {
            // the newest stays whatever the clock says: somebody may just have fetched it
            if (kept.size() < PREKEYS_MAX && (pair == prekeys.get(0) || !pastGrace(pair, nowMillis, settings))) {
                kept.add(pair);
            }
        }
        DeviceCertificate fresh = renewalDue(nowMillis, settings)
                ? certify(accountPrivate, fingerprint(), deviceKey(), nowMillis, settings, random) : certificate;
        return new AccountKeys(name, avatar, revision + 1, publicKey, accountPrivate, devicePrivate, fresh, devices,
                kept);
    }

    String name() {
        return name;
    }

    byte[] avatar() {
        return avatar.clone();
    }

    long revision() {
        return revision;
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    byte[] fingerprint() {
        return Digests.sha512(publicKey);
    }

    byte[] deviceKey() {
        return Ed25519.publicKey(devicePrivate);
    }

    Credentials credentials() {
        return Credentials.of(publicKey, certificate, devices);
    }

    /** Newest first. */
    List<PrekeyPair> prekeys() {
        return prekeys;
    }

    byte[] signAsAccount(byte[] message, SecureRandom random) {
        return RsaPss.sign(accountPrivate, message, random);
    }

    byte[] signAsDevice(byte[] message) {
        return Ed25519.sign(devicePrivate, message);
    }

    private boolean rotationDue(long nowMillis, AccountSettings settings) {
        return nowMillis - prekeys.get(0).madeMillis() >= settings.prekeyRotation().toMillis();
    }

    private boolean renewalDue(long nowMillis, AccountSettings settings) {
        Duration left = Duration.ofMillis(certificate.expiresMillis() - nowMillis);
        return left.compareTo(settings.certificateTerm().dividedBy(RENEWED_IN_LAST_PART)) < 0;
    }

    private static boolean pastGrace(PrekeyPair pair, long nowMillis, AccountSettings settings) {
        return nowMillis > pair.prekeys().expiresMillis() + settings.prekeyGrace().toMillis();
    }

    private static DeviceCertificate certify(byte[] accountPrivate, byte[] fingerprint, byte[] deviceKey,
            long nowMillis,
            AccountSettings settings, SecureRandom random) {
        BDict dict = BDict.builder().put("fp", fingerprint).put("key", deviceKey).put("ts", nowMillis)
                .put("exp", nowMillis + settings.certificateTerm().toMillis()).build();
        return new DeviceCertificate(sign(accountPrivate, Tag.CERT, dict, random));
    }

    private static BDict sign(byte[] accountPrivate, Tag tag, BDict dict, SecureRandom random) {
        return Signed.with(dict, RsaPss.sign(accountPrivate, Signed.message(tag, dict), random));
    }
}
