package bytchat.api.session;

import bytchat.api.account.Credentials;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;
import bytchat.api.mailbox.Permit;
import java.util.Optional;

/**
 * {@code {a, b, cert, ct, devices, e, from, key, permit, pre, prekeys, [re], suites, [unknown], sig}}, tag {@code handshake}, signed by the device.
 * {@code a} and {@code b} are the SHA-512 fingerprints of its maker and its reader; {@code pre} names the reader's prekeys that {@code e} and
 * {@code ct} answer; {@code permit} lets the reader leave messages for the maker.
 */
public record Handshake(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Handshake {
        dict.requireBytes("a", 64);
        dict.requireBytes("b", 64);
        dict.requireBytesUpTo("from", 64);
        new Credentials(dict);
        dict.requireBytes("pre", 32);
        dict.requireBytes("e", 32);
        dict.requireBytes("ct", Prekeys.MLKEM_CIPHERTEXT_BYTES);
        new Prekeys(dict.requireDict("prekeys"));
        dict.requireList("suites");
        new Permit(dict.requireDict("permit"));
        dict.requireBytes("sig", 64);
    }

    /** Fingerprint of who made it. */
    public byte[] maker() {
        return dict.requireBytes("a");
    }

    /** Fingerprint of whom it is for. */
    public byte[] reader() {
        return dict.requireBytes("b");
    }

    public Credentials credentials() {
        return new Credentials(dict);
    }

    /** SHA-512/256 of the reader's public prekeys that were used. */
    public byte[] prekeysUsed() {
        return dict.requireBytes("pre");
    }

    public byte[] ephemeral() {
        return dict.requireBytes("e");
    }

    public byte[] ciphertext() {
        return dict.requireBytes("ct");
    }

    /** The maker's own prekeys. */
    public Prekeys prekeys() {
        return new Prekeys(dict.requireDict("prekeys"));
    }

    public Permit permit() {
        return new Permit(dict.requireDict("permit"));
    }

    /**
     * SHA-512/256 of the reader's handshake that this one answers; absent when it asks for an answer. An answer is never answered, so that two
     * sides cannot keep each other busy.
     */
    public Optional<byte[]> answers() {
        return dict.bytes("re");
    }

    /**
     * SHA-512/256 of a handshake of the reader's that could not be used: the prekey private that it used is gone, or it answers a handshake of
     * the maker's that is gone.
     */
    public Optional<byte[]> unknown() {
        return dict.bytes("unknown");
    }
}
