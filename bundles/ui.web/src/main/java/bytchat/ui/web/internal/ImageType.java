package bytchat.ui.web.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The images that the page shows.
 *
 * <p>Threat: somebody sends a script or a page and calls it an image. Answer: what a message says of its data is believed only if the data
 * begins as that type does, and it is served as that type and no other.
 */
enum ImageType {
    PNG("image/png", "png", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}),
    JPEG("image/jpeg", "jpg", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}),
    GIF("image/gif", "gif", ascii("GIF8")),
    WEBP("image/webp", "webp", ascii("RIFF"));

    private static final byte[] WEBP_FORM = ascii("WEBP");
    private static final int WEBP_FORM_AT = 8;

    final String mimeType;
    final String extension;
    private final byte[] magic;

    ImageType(String mimeType, String extension, byte[] magic) {
        this.mimeType = mimeType;
        this.extension = extension;
        this.magic = magic;
    }

    /** The image type of that name, whatever the data is. */
    static Optional<ImageType> named(String mimeType) {
        return Arrays.stream(values()).filter(type -> type.mimeType.equalsIgnoreCase(mimeType)).findFirst();
    }

    /** The image type of that name, if the data begins so. */
    static Optional<ImageType> of(String mimeType, byte[] data) {
        return named(mimeType).filter(type -> type.begins(data));
    }

    private boolean begins(byte[] data) {
        return at(data, 0, magic) && (this != WEBP || at(data, WEBP_FORM_AT, WEBP_FORM));
    }

    private static boolean at(byte[] data, int offset, byte[] expected) {
        return data.length >= offset + expected.length
                && Arrays.equals(data, offset, offset + expected.length, expected, 0, expected.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
