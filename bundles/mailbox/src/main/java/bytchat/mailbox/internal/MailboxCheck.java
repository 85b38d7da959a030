package bytchat.mailbox.internal;

/** What is checked beside signatures, each against one attack. Tests switch one off to see the attack succeed. */
enum MailboxCheck {
    /** Another holder shows the subscription it was given to us, to read and bury what waits here. */
    HOLDER,
    /** A subscription is shown twice, or on another link than it was made for. */
    NONCE,
    /** A subscription recorded long ago is shown again. */
    CLOCK,
    /** A revoked device subscribes with the list from before it was revoked. */
    LIST_NUMBER,
    /** Somebody leaves messages whom the recipient has not permitted to. */
    PERMIT,
    /** A node acknowledges for a device that is not at its link. */
    SUBSCRIBED
}
