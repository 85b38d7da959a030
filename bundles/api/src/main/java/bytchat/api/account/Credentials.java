package bytchat.api.account;

import bytchat.api.bencode.BDict;

/**
 * How a device shows who it is: {@code {cert, devices, key}}: the account key (DER SubjectPublicKeyInfo), the device's certificate and the
 * account's device list. Checked as one by {@code wire}'s verifier.
 */
public record Credentials(BDict dict) {
    /** DER of an RSA-4096 SubjectPublicKeyInfo has 550 bytes. */
    public static final int ACCOUNT_KEY_BYTES_MAX = 600;

    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Credentials {
        dict.requireBytesUpTo("key", ACCOUNT_KEY_BYTES_MAX);
        new DeviceCertificate(dict.requireDict("cert"));
        new DeviceList(dict.requireDict("devices"));
    }

    public static Credentials of(byte[] accountKey, DeviceCertificate certificate, DeviceList devices) {
        return new Credentials(BDict.builder()
                .put("key", accountKey).put("cert", certificate.dict()).put("devices", devices.dict()).build());
    }

    public byte[] accountKey() {
        return dict.requireBytes("key");
    }

    public DeviceCertificate certificate() {
        return new DeviceCertificate(dict.requireDict("cert"));
    }

    public DeviceList devices() {
        return new DeviceList(dict.requireDict("devices"));
    }
}
