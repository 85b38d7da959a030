package bytchat.api.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.List;

/**
 * The nodes of a part of the key space, for storing and repairing many records at once: one sweep in the place of a lookup for each.
 *
 * @param prefix   a key of the region
 * @param bits     leading bits of it that all keys of the region share
 * @param nodes    those that answered, in the order of their ids; at most {@link #NODES_MAX}
 * @param complete whether each part of the region was looked up to its end, and no more nodes were found than fit
 * @param effort   what it took
 */
public record Region(Key prefix, int bits, List<Contact> nodes, boolean complete, LookupResult.Effort effort) {
    public static final int NODES_MAX = 4_096;
}
