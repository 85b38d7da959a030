package bytchat.routing.kademlia.internal;

/**
 * What keeps liars out, each with a name so that a test can switch it off and show the attack; the DS component uses
 * {@link #ALL}.
 *
 * @param boundedReferrals   an answer's list of nodes counts up to k for each address family
 * @param askAddressOnce     a lookup asks an address once, whatever ids are claimed to be there
 * @param sensibleAddresses  a referral may not lead to this node itself, to nowhere, or from a public into a private
 *            network
 * @param answeredOnly       only contacts that have answered enter the table
 * @param idFitsAddress      in a messaging network a contact's id must fit its address (BEP 42)
 */
record KademliaDefences(
        boolean boundedReferrals,
        boolean askAddressOnce,
        boolean sensibleAddresses,
        boolean answeredOnly,
        boolean idFitsAddress) {
    static final KademliaDefences ALL = new KademliaDefences(true, true, true, true, true);
}
