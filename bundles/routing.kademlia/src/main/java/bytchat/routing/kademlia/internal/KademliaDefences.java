package bytchat.routing.kademlia.internal;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

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
 * @param groupLimits        contacts of one /24 or /48 have few places in a bucket and in the table
 * @param distrustRenamed    an address whose id has changed is left out for a while, each time longer
 * @param cutOffIsNoFailure  while nobody at all answers, nobody loses its place for it
 * @param disjointPaths      a lookup goes as many paths as it was told; otherwise one
 * @param plausibleDensity   a result much sparser than the network is not believed: further paths are gone
 * @param sourceScores       who names nodes that do not exist is believed less
 */
public record KademliaDefences(
        boolean boundedReferrals,
        boolean askAddressOnce,
        boolean sensibleAddresses,
        boolean answeredOnly,
        boolean idFitsAddress,
        boolean groupLimits,
        boolean distrustRenamed,
        boolean cutOffIsNoFailure,
        boolean disjointPaths,
        boolean plausibleDensity,
        boolean sourceScores) {
    public static final KademliaDefences ALL = without();

    /** All but those of these names. For tests. */
    public static KademliaDefences without(String... names) {
        RecordComponent[] components = KademliaDefences.class.getRecordComponents();
        Object[] values = Arrays.stream(components).map(component -> !List.of(names).contains(component.getName())).toArray();
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return KademliaDefences.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record has its canonical constructor", e);
        }
    }
}
