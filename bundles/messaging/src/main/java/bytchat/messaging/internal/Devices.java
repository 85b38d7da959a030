package bytchat.messaging.internal;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The devices of a contact, as a contact's record keeps them: credentials whose list is the newest that was seen, and in {@code certs} the
 * certificates of the contact's other devices. A message names only its device; the certificate came with a handshake of that device.
 *
 * <p>Threat: a device that was revoked, or one that never was the contact's, goes on writing. Answer: of a list only a newer one takes the
 * place, and a certificate that the list does not allow is neither kept nor found.
 */
record Devices(Credentials credentials) {
    /** The account key, a list, and a certificate for each of 32 devices under an RSA-4096 key. */
    static final int BYTES_MAX = 48 * 1024;
    private static final String OTHERS = "certs";

    /** @throws bytchat.api.bencode.BencodeException if these are not bytes that {@link #bytes()} gave */
    static Devices of(byte[] bytes) {
        return new Devices(new Credentials(Bencode.decodeDict(bytes, BYTES_MAX)));
    }

    byte[] bytes() {
        return Bencode.encode(credentials.dict());
    }

    DeviceList list() {
        return credentials.devices();
    }

    static BBytes id(DeviceCertificate certificate) {
        return BBytes.wrap(Digests.sha512_256(certificate.deviceKey()));
    }

    /** Of a device in the list; empty if it has never shown one. */
    Optional<DeviceCertificate> certificate(byte[] device) {
        return Optional.ofNullable(certificates().get(BBytes.of(device)));
    }

    /** By device, in the order of their ids. */
    Map<BBytes, DeviceCertificate> certificates() {
        Map<BBytes, DeviceCertificate> all = new TreeMap<>();
        all.put(id(credentials.certificate()), credentials.certificate());
        for (BValue value : credentials.dict().list(OTHERS).orElse(List.of())) {
            DeviceCertificate certificate = new DeviceCertificate((BDict) value);
            all.put(id(certificate), certificate);
        }
        return all;
    }

    /**
     * These and what another handshake of the contact has shown, which has been verified.
     *
     * @param newestList whether the newer list holds, and what it does not allow goes; only tests do without
     */
    static Devices joined(Optional<Devices> known, Devices shown, boolean newestList) {
        if (known.isEmpty()) {
            return shown;
        }
        DeviceList list = newestList && known.get().list().number() > shown.list().number() ? known.get().list() : shown.list();
        Map<BBytes, DeviceCertificate> all = known.get().certificates();
        shown.certificates().forEach((id, certificate) -> all.merge(id, certificate,
                (a, b) -> a.expiresMillis() > b.expiresMillis() ? a : b));
        if (newestList) {
            all.keySet().removeIf(id -> !list.allows(id.unsafeArray()));
        }
        BBytes first = id(shown.credentials.certificate());
        DeviceCertificate main = all.containsKey(first) || all.isEmpty()
                ? all.getOrDefault(first, shown.credentials.certificate()) : all.values().iterator().next();
        all.remove(id(main));
        BDict dict = Credentials.of(shown.credentials.accountKey(), main, list).dict();
        List<BDict> others = new ArrayList<>(all.values().stream().map(DeviceCertificate::dict).toList());
        return new Devices(new Credentials(others.isEmpty() ? dict : dict.with().put(OTHERS, new BList(List.copyOf(others))).build()));
    }

    static Devices shownBy(Credentials credentials) {
        return new Devices(Credentials.of(credentials.accountKey(), credentials.certificate(), credentials.devices()));
    }
}
