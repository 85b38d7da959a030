package bytchat.api.account;

import bytchat.api.bencode.BDict;

/**
 * The public prekeys of an account: {@code {exp, k, x}}: an ML-KEM-768 encapsulation key (FIPS 203, 1,184 bytes) and an X25519 key (RFC
 * 7748, 32 bytes). Signed as part of what carries them: meta, or a handshake. Named by SHA-512/256 of their canonical bytes.
 */
public record Prekeys(BDict dict) {
    public static final int MLKEM_KEY_BYTES = 1184;
    public static final int MLKEM_CIPHERTEXT_BYTES = 1088;

    /** @throws bytchat.api.bencode.BencodeException if a field is missing or malformed */
    public Prekeys {
        dict.requireBytes("x", 32);
        dict.requireBytes("k", MLKEM_KEY_BYTES);
        dict.requireInteger("exp");
    }

    public static Prekeys of(byte[] x25519, byte[] mlkem, long expiresMillis) {
        return new Prekeys(BDict.builder().put("x", x25519).put("k", mlkem).put("exp", expiresMillis).build());
    }

    public byte[] x25519() {
        return dict.requireBytes("x");
    }

    public byte[] mlkem() {
        return dict.requireBytes("k");
    }

    public long expiresMillis() {
        return dict.requireInteger("exp");
    }
}
