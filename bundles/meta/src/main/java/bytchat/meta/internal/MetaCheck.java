package bytchat.meta.internal;

/** What is checked beside signatures, each against one attack. Tests switch one off to see the attack succeed. */
enum MetaCheck {
    /** A record with a time far ahead locks every later one out; one from long ago brings old keys back. */
    TIME,
    /** A holder or reader is given an older record than it has: old keys, or a device list without a revocation. */
    NEWEST,
    /** A holder answers with somebody else's record, well signed. */
    WHOSE
}
