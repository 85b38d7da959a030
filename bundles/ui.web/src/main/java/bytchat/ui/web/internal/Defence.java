package bytchat.ui.web.internal;

/** What keeps others out. All of it is on; tests turn one off to show what it is for. */
enum Defence {
    /** A request names this server: a foreign name that resolves to loopback (DNS rebinding) gets nothing. */
    HOST,
    /** What changes something, and the stream of events, comes from this page. */
    ORIGIN,
    /** Only who opened the address that the node prints gets in. */
    SESSION,
    /** An image is served as one only if it begins as one. */
    IMAGE_MAGIC,
    /** The browser is told to run nothing but this page's own files, and to show content from people as nothing but an image. */
    CONTENT_POLICY
}
