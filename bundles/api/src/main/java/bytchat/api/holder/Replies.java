package bytchat.api.holder;

import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import java.util.List;

/**
 * What the holders of a key said.
 *
 * @param reason  why there are fewer than five, empty otherwise
 */
public record Replies<T>(Key key, List<Reply<T>> replies, List<Failure> failures, String reason) {
    public Replies {
        replies = List.copyOf(replies);
        failures = List.copyOf(failures);
    }

    /** Holders other than this node, whether they answered or failed: the n of "stored needs min(3, n/2 + 1)". */
    public int others() {
        return (int) (replies.stream().filter(r -> !r.peer().isSelf()).count()
                + failures.stream().filter(f -> !f.peer().isSelf()).count());
    }

    /** One holder's answer. */
    public record Reply<T>(Peer peer, T value) {
    }

    /** One holder's failure. */
    public record Failure(Peer peer, Throwable cause) {
    }
}
