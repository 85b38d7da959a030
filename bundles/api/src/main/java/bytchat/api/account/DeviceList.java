package bytchat.api.account;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.bencode.SignedRecord;
import java.util.List;

/**
 * The account's numbered list of device ids: {@code {devices, fp, n, revoked, ts, sig}}, tag {@code devices}, signed by the account's RSA
 * key. The highest number wins.
 */
public record DeviceList(BDict dict) implements SignedRecord {
    /** Devices, and revoked devices, of one account. */
    public static final int DEVICES_MAX = 32;

    /** @throws BencodeException if a field is missing or malformed */
    public DeviceList {
        dict.requireBytes("fp", 64);
        dict.requireInteger("n");
        dict.requireInteger("ts");
        dict.requireBytesUpTo("sig", 512);
        ids(dict, "devices");
        ids(dict, "revoked");
    }

    public byte[] fingerprint() {
        return dict.requireBytes("fp");
    }

    public long number() {
        return dict.requireInteger("n");
    }

    /** Ids of the devices in use, 32 bytes each. */
    public List<BBytes> devices() {
        return ids(dict, "devices");
    }

    public List<BBytes> revoked() {
        return ids(dict, "revoked");
    }

    /** Whether the device is listed and not revoked. */
    public boolean allows(byte[] deviceId) {
        BBytes id = BBytes.of(deviceId);
        return devices().contains(id) && !revoked().contains(id);
    }

    private static List<BBytes> ids(BDict dict, String key) {
        List<BValue> values = dict.requireList(key);
        if (values.size() > DEVICES_MAX) {
            throw new BencodeException("'" + key + "' names " + values.size() + " devices, at most " + DEVICES_MAX);
        }
        return values.stream().map(value -> {
            if (value instanceof BBytes id && id.length() == 32) {
                return id;
            }
            throw new BencodeException("'" + key + "' holds something else than 32-byte device ids");
        }).toList();
    }
}
