package bytchat.wire;

import bytchat.api.keyspace.Key;
import bytchat.wire.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * What one person gives another to be found: {@code bytchat:<hash>/<uid>/<fingerprint>?name=<name>&sum=<checksum>}, uid
 * and fingerprint in base64url without padding, the name percent-encoded and optional. The checksum, 8 hexadecimal
 * digits, is the start of SHA-512/256 of everything before {@code sum=}; it finds typing errors, not forgers. One link
 * has exactly one text.
 *
 * @param uid         the UID in the key space of {@code hash}
 * @param hash        name of the key space's hash, for example {@code sha-512}
 * @param fingerprint SHA-512 of the account key, 64 bytes: what decides who it is
 * @param name        what they call themselves; a suggestion
 */
public record ContactLink(Key uid, String hash, byte[] fingerprint, Optional<String> name) {
    /** Characters of a link. */
    public static final int TEXT_CHARS_MAX = 1024;
    /** Bytes of a name in UTF-8. */
    public static final int NAME_BYTES_MAX = 256;
    private static final String SCHEME = "bytchat:";
    private static final int FINGERPRINT_BYTES = 64;
    private static final int UID_BYTES_MAX = 64;
    private static final int CHECKSUM_BYTES = 4;
    private static final String UNRESERVED = "-._~";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** @throws IllegalArgumentException if a part is out of its range */
    public ContactLink {
        Objects.requireNonNull(uid, "uid");
        if (uid.bits() > UID_BYTES_MAX * 8) {
            throw new IllegalArgumentException("A UID has at most " + UID_BYTES_MAX + " bytes.");
        }
        if (hash.isEmpty() || hash.length() > 32 || !hash.chars().allMatch(ContactLink::inHashName)) {
            throw new IllegalArgumentException("A hash name is 1 to 32 lower-case letters, digits and hyphens.");
        }
        if (fingerprint.length != FINGERPRINT_BYTES) {
            throw new IllegalArgumentException("A fingerprint has " + FINGERPRINT_BYTES + " bytes, not "
                    + fingerprint.length + ".");
        }
        if (name.isPresent()) {
            int bytes = name.get().getBytes(StandardCharsets.UTF_8).length;
            if (bytes == 0 || bytes > NAME_BYTES_MAX) {
                throw new IllegalArgumentException("A name has 1 to " + NAME_BYTES_MAX + " bytes.");
            }
        }
        fingerprint = fingerprint.clone();
    }

    /** The one text of this link. */
    public String format() {
        StringBuilder text = new StringBuilder(SCHEME).append(hash)
                .append('/').append(BASE64.encodeToString(uid.unsafeArray()))
                .append('/').append(BASE64.encodeToString(fingerprint))
                .append('?');
        name.ifPresent(n -> text.append("name=").append(percentEncode(n)).append('&'));
        return text + "sum=" + checksum(text.toString());
    }

    /**
     * Reads a link; blanks around it are ignored.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static ContactLink parse(String text) {
        String link = text.strip();
        if (!link.startsWith(SCHEME)) {
            throw new IllegalArgumentException("A contact link starts with '" + SCHEME + "'.");
        }
        if (link.length() > TEXT_CHARS_MAX) {
            throw new IllegalArgumentException("A contact link has at most " + TEXT_CHARS_MAX + " characters.");
        }
        int sum = link.lastIndexOf("sum=");
        if (sum < 0 || !link.substring(sum + 4).equals(checksum(link.substring(0, sum)))) {
            throw new IllegalArgumentException(
                    "The contact link is incomplete or mistyped: its checksum does not match.");
        }
        ContactLink parsed = parts(link, sum);
        if (!parsed.format().equals(link)) {
            throw new IllegalArgumentException("The contact link is not written as BytChat writes it.");
        }
        return parsed;
    }

    private static ContactLink parts(String link, int sum) {
        int question = link.indexOf('?');
        String[] path = link.substring(SCHEME.length(), Math.max(question, SCHEME.length())).split("/", -1);
        if (question < 0 || question > sum || path.length != 3) {
            throw new IllegalArgumentException("A contact link is " + SCHEME + "<hash>/<uid>/<fingerprint>?…");
        }
        String options = link.substring(question + 1, sum);
        Optional<String> name = Optional.empty();
        if (options.startsWith("name=") && options.endsWith("&")) {
            name = Optional.of(percentDecode(options.substring("name=".length(), options.length() - 1)));
        }
        return new ContactLink(Key.of(base64(path[1])), path[0], base64(path[2]), name);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("UID and fingerprint of a contact link are base64url.", e);
        }
    }

    private static String checksum(String before) {
        byte[] digest = Digests.sha512_256(before.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, CHECKSUM_BYTES);
    }

    private static String percentEncode(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (unreserved(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static String percentDecode(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes[length++] = (byte) c;
            } else if (i + 2 < text.length() && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2))) {
                bytes[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
            } else {
                throw new IllegalArgumentException("The name in the contact link is not percent-encoded.");
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean unreserved(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || UNRESERVED.indexOf(b) >= 0;
    }

    private static boolean inHashName(int c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
    }

    @Override
    public byte[] fingerprint() {
        return fingerprint.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContactLink that && uid.equals(that.uid) && hash.equals(that.hash)
                && Arrays.equals(fingerprint, that.fingerprint) && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(uid, hash, name);
    }

    @Override
    public String toString() {
        return format();
    }
}
