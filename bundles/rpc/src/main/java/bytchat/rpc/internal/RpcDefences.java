package bytchat.rpc.internal;

/**
 * What keeps a liar out, each with a name so that a test can switch it off and show the attack. Production code has no
 * way to: the DS component uses {@link #ALL}.
 *
 * @param answerFromAskedAddress an answer counts only from the address that was asked, so that guessing is not enough
 * @param idOfAskedNode          another id than the one asked is not the node that was meant
 * @param proofOnLinks           an id on a link must be one that the proven node key may have
 * @param sameNetwork            nodes of other networks are neither served nor believed
 * @param amplificationLimit     answers to unproven addresses are small, so that a forged source buys little
 * @param requestLimits          floods of requests are dropped
 * @param onceUnshared           a link that its dialler will close is used by nobody else
 * @param usefulLinksStay        a flood of links pushes out those that asked nothing, not those in use
 */
record RpcDefences(
        boolean answerFromAskedAddress,
        boolean idOfAskedNode,
        boolean proofOnLinks,
        boolean sameNetwork,
        boolean amplificationLimit,
        boolean requestLimits,
        boolean onceUnshared,
        boolean usefulLinksStay) {
    static final RpcDefences ALL = new RpcDefences(true, true, true, true, true, true, true, true);
}
