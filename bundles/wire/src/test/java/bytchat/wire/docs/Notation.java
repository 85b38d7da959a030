package bytchat.wire.docs;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * How the specification shows bytes to people: bencode as it is, except that a byte string which is not printable ASCII
 * stands in angle brackets, in hexadecimal, cut after {@value #BYTES_SHOWN_MAX} bytes. Indented where a dictionary does
 * not fit a line.
 */
final class Notation {
    private static final int BYTES_SHOWN_MAX = 20;
    private static final int HEX_SHOWN_MAX = 256;
    private static final int LINE_CHARS_MAX = 100;
    private static final HexFormat HEX = HexFormat.of();

    private Notation() {
    }

    /** The value, then its bytes in full if they are few, else their number and digest. */
    static String block(BValue value) {
        byte[] bytes = Bencode.encode(value);
        return text(value, "") + "\n\n" + (bytes.length <= HEX_SHOWN_MAX
                ? bytes.length + " bytes:\n" + lines(HEX.formatHex(bytes))
                : bytes.length + " bytes, SHA-512/256 " + HEX.formatHex(Digests.sha512_256(bytes)));
    }

    private static String text(BValue value, String indent) {
        String flat = flat(value);
        if (indent.length() + flat.length() <= LINE_CHARS_MAX) {
            return indent + flat;
        }
        String inner = indent + "  ";
        StringBuilder out = new StringBuilder();
        if (value instanceof BDict dict) {
            out.append(indent).append("d\n");
            for (Map.Entry<BBytes, BValue> entry : dict.entries().entrySet()) {
                String element = text(entry.getValue(), inner);
                out.append(inner).append(flat(entry.getKey())).append(element.substring(inner.length())).append('\n');
            }
            return out.append(indent).append('e').toString();
        }
        if (value instanceof BList list) {
            out.append(indent).append("l\n");
            list.values().forEach(element -> out.append(text(element, inner)).append('\n'));
            return out.append(indent).append('e').toString();
        }
        return indent + flat;
    }

    private static String flat(BValue value) {
        StringBuilder out = new StringBuilder();
        if (value instanceof BInteger integer) {
            out.append('i').append(integer.value()).append('e');
        } else if (value instanceof BBytes bytes) {
            out.append(bytes.length()).append(':').append(string(bytes.unsafeArray()));
        } else if (value instanceof BList list) {
            out.append('l');
            list.values().forEach(element -> out.append(flat(element)));
            out.append('e');
        } else if (value instanceof BDict dict) {
            out.append('d');
            dict.entries().forEach((key, element) -> out.append(flat(key)).append(flat(element)));
            out.append('e');
        }
        return out.toString();
    }

    private static String string(byte[] bytes) {
        boolean printable = true;
        for (byte b : bytes) {
            printable &= b >= 0x20 && b <= 0x7e;
        }
        if (printable) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        return bytes.length <= BYTES_SHOWN_MAX ? '<' + HEX.formatHex(bytes) + '>' : '<' + HEX.formatHex(bytes, 0, 8)
                + "…>";
    }

    private static String lines(String text) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < text.length(); at += LINE_CHARS_MAX) {
            out.append(at == 0 ? "" : "\n").append(text, at, Math.min(text.length(), at + LINE_CHARS_MAX));
        }
        return out.toString();
    }
}
