package bytchat.tracker.testing;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.RsaPss;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Somebody with an account key and as many devices as a test needs, whose lists can say anything. */
public final class TestPerson {
    private static final long NOW = SimulatedWorld.EPOCH.toEpochMilli();
    private static final long EXPIRES = NOW + Duration.ofDays(365).toMillis();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<Integer, TestPerson> PEOPLE = new ConcurrentHashMap<>();

    private final int number;
    private final RsaPss.RsaKeys keys = RsaPss.generate(RsaPss.BITS_MIN, RANDOM);

    private TestPerson(int number) {
        this.number = number;
    }

    /** The same person each time; making an account key takes a while. */
    public static TestPerson number(int number) {
        return PEOPLE.computeIfAbsent(number, TestPerson::new);
    }

    public byte[] accountKey() {
        return keys.publicKey();
    }

    public byte[] fingerprint() {
        return Digests.sha512(keys.publicKey());
    }

    public Key uid(KeySpace keySpace) {
        return keySpace.uid(keys.publicKey());
    }

    /** The person's device of that number, whose list names it alone. */
    public Device device(int device) {
        byte[] key = devicePrivate(device);
        return new Device(key, list(1, List.of(device), List.of()));
    }

    /** A signed device list. */
    public DeviceList list(long listNumber, List<Integer> devices, List<Integer> revoked) {
        return new DeviceList(signed(Tag.DEVICES, BDict.builder()
                .put("fp", fingerprint()).put("n", listNumber).put("ts", NOW)
                .put("devices", devices.stream().map(this::deviceId).toList())
                .put("revoked", revoked.stream().map(this::deviceId).toList()).build()));
    }

    public BBytes deviceId(int device) {
        return BBytes.wrap(Digests.sha512_256(Ed25519.publicKey(devicePrivate(device))));
    }

    private byte[] devicePrivate(int device) {
        return Digests.sha512_256(("person " + number + " device " + device).getBytes(StandardCharsets.US_ASCII));
    }

    private BDict signed(Tag tag, BDict dict) {
        return Signed.with(dict, RsaPss.sign(keys.privateKey(), Signed.message(tag, dict), RANDOM));
    }

    /** One device of the person. */
    public final class Device implements Account {
        private final byte[] privateKey;
        private final DeviceCertificate certificate;
        private final DeviceList list;
        private final byte[] mlkem = MlKem768.publicKey(MlKem768.generatePrivateKey(RANDOM));

        Device(byte[] privateKey, DeviceList list) {
            this.privateKey = privateKey;
            this.list = list;
            this.certificate = new DeviceCertificate(signed(Tag.CERT, BDict.builder()
                    .put("fp", TestPerson.this.fingerprint()).put("key", Ed25519.publicKey(privateKey))
                    .put("ts", NOW).put("exp", EXPIRES).build()));
        }

        /** The same device, showing another list. */
        public Device with(DeviceList other) {
            return new Device(privateKey, other);
        }

        public TestPerson person() {
            return TestPerson.this;
        }

        /** The dictionary with this device's signature. */
        public BDict sign(Tag tag, BDict dict) {
            return Signed.with(dict, signAsDevice(Signed.message(tag, dict)));
        }

        public BBytes id() {
            return BBytes.wrap(deviceId());
        }

        @Override
        public String name() {
            return "person " + number;
        }

        @Override
        public byte[] publicKey() {
            return keys.publicKey();
        }

        @Override
        public byte[] fingerprint() {
            return TestPerson.this.fingerprint();
        }

        @Override
        public byte[] deviceId() {
            return Digests.sha512_256(Ed25519.publicKey(privateKey));
        }

        @Override
        public Credentials credentials() {
            return Credentials.of(keys.publicKey(), certificate, list);
        }

        @Override
        public Prekeys prekeys() {
            byte[] x25519 = new byte[32];
            Arrays.fill(x25519, (byte) 9);
            return Prekeys.of(x25519, mlkem, EXPIRES);
        }

        @Override
        public byte[] avatar() {
            return new byte[0];
        }

        @Override
        public CompletionStage<byte[]> signAsAccount(byte[] message) {
            return CompletableFuture.completedFuture(RsaPss.sign(keys.privateKey(), message, RANDOM));
        }

        @Override
        public byte[] signAsDevice(byte[] message) {
            return Ed25519.sign(privateKey, message);
        }

        @Override
        public CompletionStage<Boolean> adopt(DeviceList shown) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("a test person's devices are what they are"));
        }

        @Override
        public CompletionStage<PrekeySecrets> openPrekey(byte[] prekeysHash, byte[] ephemeral, byte[] ciphertext) {
            return CompletableFuture.failedFuture(new UnknownPrekeyException("a test person has no prekey privates"));
        }
    }
}
