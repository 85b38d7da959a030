package bytchat.api.mainline;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import bytchat.api.rpc.RpcException;
import java.util.List;

/**
 * What became of something that was to be stored.
 *
 * @param target   where
 * @param nodes    those that took it
 * @param here     whether this node, being one of the nearest, took it itself
 * @param refusals those that did not, and why: for example 301, another sequence number is stored there than {@code cas} says; 302,
 *                 a higher one
 * @param lookup   the way there
 */
public record Stored(Key target, List<Contact> nodes, boolean here, List<Refusal> refusals, LookupResult lookup) {
    public Stored {
        nodes = List.copyOf(nodes);
        refusals = List.copyOf(refusals);
    }

    /** How many nodes hold it now, this one included. */
    public int copies() {
        return nodes.size() + (here ? 1 : 0);
    }

    /** A node that did not take it; this node refuses itself under its own id and address. */
    public record Refusal(Contact node, RpcException why) {
    }
}
