package bytchat.wire.sign;

import java.util.Locale;

/** What a signed dictionary is: part of what is signed, so that a signature made for one purpose serves no other. */
public enum Tag {
    META,
    CERT,
    DEVICES,
    HANDSHAKE,
    ENVELOPE,
    PERMIT,
    BIND,
    SUBSCRIBE,
    STORED,
    ACK,
    SIBLING;

    /** As it stands in the signed bytes. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
