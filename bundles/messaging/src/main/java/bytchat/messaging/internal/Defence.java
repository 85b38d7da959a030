package bytchat.messaging.internal;

/** Checks that tests switch off one at a time, to show what each is for. Production code has them all. */
enum Defence {
    /** An envelope's {@code to} is this account. */
    RECIPIENT,
    /** A handshake was made for this account. */
    READER,
    /** A message is taken once. */
    SEEN,
    /** Who was not accepted by the user is not answered. */
    ACCEPTANCE,
    /** A delivered receipt repeats the signature of what was delivered. */
    RECEIPT_SIGNATURE,
    /** Meta has the fingerprint that the contact link promised. */
    META_FINGERPRINT,
    /** A contact's device list does not go back to an older one, and who is not in it is not heard. */
    DEVICE_LIST,
    /** A handshake for another of our devices is left to that one. */
    SIBLINGS_HANDSHAKE,
    /** What was addressed in another key space is addressed anew. */
    RELOCATION
}
