package bytchat.planes.internal;

/** What keeps a switch from being noticed. A test that shows what one is for turns it off. */
enum Defence {
    /** The new plane must be ready before the old one is left. */
    MAKE_BEFORE_BREAK,
    /** What the old plane is sending may end there. */
    DRAIN,
    /** What the plane we have left did not take is sent at once by the one that is active now. */
    SEND_AGAIN
}
