package bytchat.api.bencode;

/**
 * An integer. BEP 3 sets no width; every integer that BytChat and BEP 5/44 define fits 64 bits, and a decoder refuses
 * wider ones.
 */
public record BInteger(long value) implements BValue {
}
