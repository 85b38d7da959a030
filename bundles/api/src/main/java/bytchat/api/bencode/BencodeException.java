package bytchat.api.bencode;

/**
 * Bytes that are not canonical bencode, or a dictionary that lacks what its place asks for. The message is one sentence
 * that can be sent back as a 203 answer. Carries no stack trace: hostile input must not be able to buy expensive work.
 */
public final class BencodeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public BencodeException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
