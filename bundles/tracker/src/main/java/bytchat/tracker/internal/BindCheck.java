package bytchat.tracker.internal;

/**
 * What is checked of a binding beside its signatures, each against one attack. Tests switch one off to see the attack
 * succeed.
 */
enum BindCheck {
    /** Another tracker shows the binding it was given to us, to have mail-seekers sent to a dead place. */
    TRACKER,
    /** A node lists somebody else's node under its own link, so that the binding hangs on the wrong one. */
    NODE,
    /** A binding recorded long ago is shown again. */
    CLOCK,
    /** A binding is shown twice, or on another link than it was made for. */
    NONCE,
    /** A revoked device binds with the list from before it was revoked. */
    LIST_NUMBER
}
