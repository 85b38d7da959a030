package bytchat.presence.internal;

/**
 * What is checked of a tracker's answer beside signatures, each against one lie. Tests switch one off to see the lie
 * work.
 */
enum FindCheck {
    /** A tracker shows a binding that was made for another, or for another user. */
    MADE_FOR_IT,
    /** A tracker shows a binding of a device that left long ago. */
    STALE,
    /** A tracker shows a device many times, elsewhere each time or always, to outvote the others. */
    ONE_VOTE,
    /** A tracker shows a device that a newer list of the account has revoked. */
    NEWEST_LIST
}
