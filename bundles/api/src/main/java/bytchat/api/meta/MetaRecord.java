package bytchat.api.meta;

import bytchat.api.account.DeviceList;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;

/**
 * What anybody may know of a user: {@code {id, content: {avatar, devices, name, prekeys, public_key, suites, timestamp}, sig}}, tag
 * {@code meta}, signed by the account's RSA key.
 */
public record MetaRecord(BDict dict) implements SignedRecord {
    /** Canonical bytes of the whole record. */
    public static final int BYTES_MAX = 64 * 1024;
    public static final int NAME_BYTES_MAX = 256;
    public static final int AVATAR_BYTES_MAX = 48 * 1024;

    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public MetaRecord {
        dict.requireBytesUpTo("id", 64);
        BDict content = dict.requireDict("content");
        content.requireBytesUpTo("name", NAME_BYTES_MAX);
        content.requireBytesUpTo("avatar", AVATAR_BYTES_MAX);
        content.requireBytesUpTo("public_key", 600);
        content.requireInteger("timestamp");
        content.requireList("suites");
        new Prekeys(content.requireDict("prekeys"));
        new DeviceList(content.requireDict("devices"));
        dict.requireBytesUpTo("sig", 512);
    }

    /** The UID. */
    public byte[] uid() {
        return dict.requireBytes("id");
    }

    public String name() {
        return content().requireText("name");
    }

    /** PNG or JPEG, or empty. Not yet checked as an image. */
    public byte[] avatar() {
        return content().requireBytes("avatar");
    }

    /** The account key, DER SubjectPublicKeyInfo. */
    public byte[] publicKey() {
        return content().requireBytes("public_key");
    }

    public long timestampMillis() {
        return content().requireInteger("timestamp");
    }

    public Prekeys prekeys() {
        return new Prekeys(content().requireDict("prekeys"));
    }

    public DeviceList devices() {
        return new DeviceList(content().requireDict("devices"));
    }

    private BDict content() {
        return dict.requireDict("content");
    }
}
