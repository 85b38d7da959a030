package bytchat.api.rpc;

import bytchat.api.bencode.BDict;

/** Why a call brought no result, or what a handler answers instead of one. Carries no stack trace. */
public final class RpcException extends Exception {
    private static final long serialVersionUID = 1L;

    // BEP 5 and BEP 44
    public static final int GENERIC = 201;
    public static final int SERVER = 202;
    public static final int PROTOCOL = 203;
    public static final int METHOD_UNKNOWN = 204;
    public static final int TOO_BIG = 205;
    public static final int BAD_SIGNATURE = 206;
    public static final int SALT_TOO_BIG = 207;
    public static final int CAS_MISMATCH = 301;
    public static final int STALE = 302;
    // BytChat
    public static final int NOT_BOUND = 401;
    public static final int REFUSED = 403;
    public static final int NOT_A_HOLDER = 404;
    public static final int WRONG_NETWORK = 409;
    public static final int QUOTA = 413;
    public static final int BAD_NONCE = 498;

    /** What kind of failure. */
    public enum Kind {
        /** The other end answered an error. */
        ANSWERED,
        /** No answer in time. */
        TIMEOUT,
        /** The link closed first. */
        CLOSED,
        /** Another node answered than the one asked. */
        WRONG_NODE,
        /** Too much is under way here; nothing was sent. */
        BUSY
    }

    private final Kind kind;
    private final int code;
    private final transient BDict details;

    private RpcException(Kind kind, int code, String message, BDict details) {
        super(message, null, false, false);
        this.kind = kind;
        this.code = code;
        this.details = details;
    }

    public static RpcException answered(int code, String text) {
        return new RpcException(Kind.ANSWERED, code, text, BDict.EMPTY);
    }

    /** @param details a third element of {@code e}, for example the nearer nodes of a 404 or {@code retry_after_s} of a 413 */
    public static RpcException answered(int code, String text, BDict details) {
        return new RpcException(Kind.ANSWERED, code, text, details);
    }

    public static RpcException failed(Kind kind, String text) {
        return new RpcException(kind, 0, text, BDict.EMPTY);
    }

    public Kind kind() {
        return kind;
    }

    /** The code of an answered error, else 0. */
    public int code() {
        return code;
    }

    public BDict details() {
        return details;
    }
}
