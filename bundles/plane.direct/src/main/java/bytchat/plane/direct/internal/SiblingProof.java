package bytchat.plane.direct.internal;

import bytchat.api.account.Credentials;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.SignedRecord;
import bytchat.api.holder.Challenges;
import java.util.Optional;

/**
 * A device says to another node of its person who it is: {@code {cert, devices, from, key, nonce, [reply], target, to, ts, sig}}, tag
 * {@code sibling}, signed by the device. Bound to the node keys of both ends of one link and to the other end's nonce.
 */
record SiblingProof(BDict dict) implements SignedRecord {
    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    SiblingProof {
        new Credentials(dict);
        dict.requireBytesUpTo("target", 64);
        dict.requireBytes("from", 32);
        dict.requireBytes("to", 32);
        dict.requireBytes("nonce", Challenges.NONCE_BYTES);
        if (dict.get("reply").isPresent()) {
            dict.requireBytes("reply", Challenges.NONCE_BYTES);
        }
        dict.requireInteger("ts");
        dict.requireBytes("sig", 64);
    }

    /** The UID. */
    byte[] target() {
        return dict.requireBytes("target");
    }

    Credentials credentials() {
        return new Credentials(dict);
    }

    /** Node key of the end that proves. */
    byte[] from() {
        return dict.requireBytes("from");
    }

    /** Node key of the end that it proves itself to. */
    byte[] to() {
        return dict.requireBytes("to");
    }

    /** The other end's. */
    byte[] nonce() {
        return dict.requireBytes("nonce");
    }

    /** What the other end is to sign in return; only in the first of the two proofs. */
    Optional<byte[]> reply() {
        return dict.bytes("reply");
    }

    long timestampMillis() {
        return dict.requireInteger("ts");
    }
}
