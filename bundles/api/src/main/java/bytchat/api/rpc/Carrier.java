package bytchat.api.rpc;

/** What a request came on. */
public enum Carrier {
    DATAGRAM,
    LINK
}
