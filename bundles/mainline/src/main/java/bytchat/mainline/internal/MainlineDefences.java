package bytchat.mainline.internal;

/**
 * What keeps liars out, each with a name so that a test can switch it off and show the attack; the DS component uses {@link #ALL}.
 *
 * @param tokens        only who has received a token at an address stores from there
 * @param signatures    a mutable item must be signed by its key
 * @param compareAndSwap {@code cas} is heeded
 * @param newest        a lower sequence number never replaces a higher one
 * @param sizes         values and salts have their bounds
 * @param sourceLimits  one source fills a part of the room only
 * @param nearestStay   when the room is full, what is farthest from this node's id gives way
 * @param valuesChecked a value that an answer brings must fit what was looked for
 */
record MainlineDefences(
        boolean tokens,
        boolean signatures,
        boolean compareAndSwap,
        boolean newest,
        boolean sizes,
        boolean sourceLimits,
        boolean nearestStay,
        boolean valuesChecked) {
    static final MainlineDefences ALL = new MainlineDefences(true, true, true, true, true, true, true, true);
}
