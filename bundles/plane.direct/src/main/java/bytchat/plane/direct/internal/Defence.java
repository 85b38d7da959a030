package bytchat.plane.direct.internal;

/** What the plane does against each attack. Tests switch one off to see the attack work. */
enum Defence {
    /** Somebody sends to another person than those who are here. */
    RECIPIENT,
    /** Another node than the one that a device names in its signed binding sits at the endpoint that trackers show. */
    NODE_KEY,
    /** A node sends more than can be taken, so that others' mail finds no room. */
    FLOOD,
    /** A stranger between two devices of a person hands the proof of one to the other. */
    SIBLING_NODES,
    /** A proof that was seen once is shown again. */
    SIBLING_NONCE,
    /** A device that was revoked shows the list from before. */
    SIBLING_LIST
}
