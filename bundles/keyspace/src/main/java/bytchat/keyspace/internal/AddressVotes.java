package bytchat.keyspace.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What others say this node's address is (BEP 42 {@code ip}).
 *
 * <p>Threat: who makes a node believe in another address moves its id, and so away from the keys that it holds. Answer:
 * each voter has one vote, its latest; an address is believed when at least {@code votesMin} voters name it and
 * they are more than half of all that voted. While nothing is known yet, one vote of a node that the operator told us
 * to join by is enough, for else two nodes alone could never agree; it cannot move an address that is known. A voter is
 * an IPv4 address or an IPv6 /64, because one customer has that many addresses for nothing.
 */
final class AddressVotes {
    static final int VOTES_MIN = 3;
    /** Voters remembered; the one heard least recently goes first. */
    static final int VOTERS_MAX = 64;

    private static final int IPV6_SITE_BYTES = 8;

    private final int votesMin;
    private final int ipv6VoterBytes;
    private final Map<InetAddress, InetAddress> votes = new LinkedHashMap<>();
    private Optional<InetAddress> winner = Optional.empty();

    AddressVotes(int votesMin) {
        this(votesMin, IPV6_SITE_BYTES);
    }

    /** With voters of a size of choice, for the test that shows what single addresses would allow. */
    AddressVotes(int votesMin, int ipv6VoterBytes) {
        this.votesMin = votesMin;
        this.ipv6VoterBytes = ipv6VoterBytes;
    }

    /**
     * Counts a vote.
     *
     * @param from    where the vote came from
     * @param trusted whether one vote is enough while nothing is known
     * @return whether the address believed in has changed
     */
    boolean vote(InetAddress from, InetAddress seen, boolean trusted) {
        InetAddress voter = voter(from);
        votes.remove(voter);
        // Nearly all see the same: one object for all of them.
        votes.put(voter, winner.filter(seen::equals).orElse(seen));
        if (votes.size() > VOTERS_MAX) {
            Iterator<InetAddress> oldest = votes.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        if (winner.isPresent() && winner.get().equals(seen)) {
            return false;
        }
        long supporters = votes.values().stream().filter(seen::equals).count();
        boolean believed = supporters >= votesMin && supporters * 2 > votes.size();
        if (!believed && (winner.isPresent() || !trusted)) {
            return false;
        }
        winner = Optional.of(seen);
        return true;
    }

    private InetAddress voter(InetAddress from) {
        if (!(from instanceof Inet6Address)) {
            return from;
        }
        byte[] site = Arrays.copyOf(Arrays.copyOf(from.getAddress(), ipv6VoterBytes), from.getAddress().length);
        try {
            return InetAddress.getByAddress(site);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("16 bytes are always an address", impossible);
        }
    }

    Optional<InetAddress> winner() {
        return winner;
    }

    int voters() {
        return votes.size();
    }
}
