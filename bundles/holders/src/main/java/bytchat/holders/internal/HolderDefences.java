package bytchat.holders.internal;

/**
 * What keeps liars out, each with a name so that a test can switch it off and show the attack; the DS component uses
 * {@link #ALL}.
 *
 * @param singleUse       a nonce is good once
 * @param expiry          a nonce is good for a minute
 * @param boundToPeer     a nonce is good for the link it was given on
 * @param boundToTarget   a nonce is good for the target it was given for
 * @param oneKeyOnePlace  a node key is one holder, however many ids it has
 * @param oneSubnetOnePlace a routable IPv4 /24 or IPv6 /64 is one holder, however many node keys it has
 * @param referralBudget  nodes that a 404 names and that cannot be linked do not use up the candidates
 * @param reachedFirstHand that we are reachable is believed when a link has come in, not when somebody says so
 */
record HolderDefences(
        boolean singleUse,
        boolean expiry,
        boolean boundToPeer,
        boolean boundToTarget,
        boolean oneKeyOnePlace,
        boolean oneSubnetOnePlace,
        boolean referralBudget,
        boolean reachedFirstHand) {
    static final HolderDefences ALL = new HolderDefences(true, true, true, true, true, true, true, true);
}
