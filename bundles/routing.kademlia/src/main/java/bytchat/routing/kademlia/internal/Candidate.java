package bytchat.routing.kademlia.internal;

import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A node that a lookup may ask, and how far it has come with it. */
final class Candidate {
    /** How a candidate fares. */
    enum Progress {
        /** Not asked yet. */
        NEW,
        /** Asked, and waited for. */
        ASKED,
        /** It takes longer than nearly all do: asked once more, others are asked beside it. */
        STALLED,
        /** It takes so long that nobody waits any more; should it answer, it counts. */
        GIVEN_UP,
        ANSWERED,
        /** It is not there, or not it. */
        FAILED
    }

    /** Sources remembered of a candidate. */
    private static final int SOURCES_MAX = 4;
    private static final int WELL_KNOWN_AFTER = 3;
    /** Bad referrals for each good one, and one. */
    private static final int DISCREDITED_AFTER = 3;

    private final Contact contact;
    private final int depth;
    private final List<Candidate> sources = new ArrayList<>(1);
    private Progress progress = Progress.NEW;
    private Registration timer = () -> { };
    private LookupPath path;
    private int attempts;
    private final boolean silentLately;
    private int goodReferrals;
    private int badReferrals;

    /**
     * @param depth        referrals between this node and it
     * @param silentLately it did not answer lately
     */
    Candidate(Contact contact, int depth, boolean silentLately) {
        this.contact = contact;
        this.depth = depth;
        this.silentLately = silentLately;
    }

    /** Nearest first; of two at one distance, which claim one id, the order is that of their addresses. */
    static Comparator<Candidate> byDistance(Key target) {
        return (a, b) -> {
            int order = target.compareDistance(a.contact.id(), b.contact.id());
            return order != 0 ? order : compare(a.contact.address(), b.contact.address());
        };
    }

    private static int compare(InetSocketAddress a, InetSocketAddress b) {
        int order = Arrays.compareUnsigned(a.getAddress().getAddress(), b.getAddress().getAddress());
        return order != 0 ? order : Integer.compare(a.getPort(), b.getPort());
    }

    Contact contact() {
        return contact;
    }

    int depth() {
        return depth;
    }

    Progress progress() {
        return progress;
    }

    boolean is(Progress other) {
        return progress == other;
    }

    /** @param next to be closed when this candidate goes on */
    void progress(Progress now, Registration next) {
        timer.close();
        timer = next;
        progress = now;
    }

    /** Who has named it, as far as remembered. */
    List<Candidate> sources() {
        return sources;
    }

    /** Named, by one more. */
    void namedBy(Candidate source) {
        if (sources.size() < SOURCES_MAX && !sources.contains(source)) {
            sources.add(source);
        }
    }

    /** A node that this one has named answers, or does not in time. */
    void referral(boolean good) {
        goodReferrals += good ? 1 : 0;
        badReferrals += good ? 0 : 1;
    }

    private boolean discredited() {
        return badReferrals >= DISCREDITED_AFTER * (1 + goodReferrals);
    }

    /** This node knows it, or several do. */
    boolean wellKnown() {
        return sources.isEmpty() || sources.size() >= WELL_KNOWN_AFTER;
    }

    /** Several have named it, or one who has named others that answer, or this node knows it. */
    boolean credible() {
        return sources.size() != 1 || sources.get(0).goodReferrals > 0;
    }

    /** It did not answer lately, or only those have named it whose other nodes do not answer either: not worth asking. */
    boolean doubtful() {
        return silentLately || (!sources.isEmpty() && sources.stream().allMatch(Candidate::discredited));
    }

    /** One more query to it. */
    void attempt() {
        attempts++;
    }

    boolean askedAgain() {
        return attempts > 1;
    }

    /** The path that asked it. */
    LookupPath path() {
        return path;
    }

    void path(LookupPath asker) {
        path = asker;
    }
}
