package bytchat.api.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Finds the nodes nearest a key. Service property {@code bytchat.keyspace}. Used on the event loop. */
@ConsumerType
public interface RoutingPlane {
    /** The plane's name, for example {@code kademlia}. */
    String name();

    /**
     * Looks for the {@code count} nodes nearest {@code target}, this node not among them.
     *
     * @return completes on the event loop with what was found; never fails: a lookup that got nowhere is
     *         {@link LookupResult.Failed}
     */
    default CompletionStage<LookupResult> lookup(Key target, int count) {
        return search(LookupRequest.nodes(target, count)).result();
    }

    /** Begins a lookup; which way it goes is the plane's business, but it asks no node that it does not need. */
    Search search(LookupRequest request);

    /**
     * Looks for every node whose id shares the first {@code bits} bits of {@code prefix}.
     *
     * @return completes on the event loop; never fails: what could not be had is missing and {@link Region#complete()} is false
     */
    CompletionStage<Region> region(Key prefix, int bits);

    /** How many nodes the network is likely to have; empty until enough is known. */
    Optional<NetworkSize> networkSize();

    /** What this node knows itself: at most {@code count} contacts that have answered, nearest first. */
    List<Contact> closest(Key target, int count);

    /** Nodes told from outside, for example by a 404: asked before they are believed. */
    void suggest(List<Contact> contacts);

    /** A link to this contact failed to open or to prove its id: it leaves table and lookups. */
    void reject(Contact contact);

    /** Every contact in the table, by bucket; for people and experiments. At most a table's bound. */
    List<TableEntry> table();

    /**
     * A contact in the table.
     *
     * @param bucket        the common prefix with this node's id in bits
     * @param lastHeardNanos age of the last sign of life in nanoseconds
     * @param roundTripNanos last round trip in nanoseconds, -1 if none was measured
     * @param failures      queries in a row that it did not answer
     */
    record TableEntry(Contact contact, int bucket, long lastHeardNanos, long roundTripNanos, int failures) {
    }
}
