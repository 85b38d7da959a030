package bytchat.api.holder;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The holders of a key: the {@value #COUNT} nearest nodes that prove themselves on a link and serve what is asked. Service
 * property {@code bytchat.keyspace}. Used on the event loop.
 */
@ProviderType
public interface Holders {
    /** Copies of everything. */
    int COUNT = 5;
    /** At most so many nodes are tried for one key. */
    int CANDIDATES_MAX = 32;

    /** A receiver looks for its mail at so many: as many as a node that holds a key may know nearer ones for. */
    int RECEIVE_COUNT = 8;

    /** {@link #ask(Key, int, Function)} of the {@value #COUNT} holders. */
    default <T> CompletionStage<Replies<T>> ask(Key key, Function<Peer, CompletionStage<T>> call) {
        return ask(key, COUNT, call);
    }

    /**
     * One lookup, one fan-out: calls the {@code count} nearest nodes in parallel, this node among them if it is one of
     * them and not read-only. A node that cannot be linked, answers 204 or 404 or is read-only is passed over for the next
     * nearest; the nearer nodes that a 404 names are tried too. Any other failure counts as that holder's answer.
     *
     * @param count {@value #COUNT} for what is stored; up to {@value #RECEIVE_COUNT} for who looks for what was stored: nodes come back
     *              and push a holder out of the nearest five, with what it holds
     * @param call  called on the event loop once per holder
     * @return completes on the event loop when every call has completed; never fails: with nobody found the replies are empty
     *         and say why
     */
    <T> CompletionStage<Replies<T>> ask(Key key, int count, Function<Peer, CompletionStage<T>> call);

    /**
     * As {@link #ask(Key, Function)}, but for what is stored under one key again and again: the nodes that a lookup found less than a
     * minute ago will do, unless they have shown since that they hold the key no more.
     */
    default <T> CompletionStage<Replies<T>> askAgain(Key key, Function<Peer, CompletionStage<T>> call) {
        return ask(key, call);
    }

    /**
     * For handlers: empty if this node should hold the key; else the nearer proven nodes to answer 404 with. A node refuses
     * only what it knows 8 nearer proven nodes for.
     */
    Optional<List<Contact>> nearerThanUs(Key key);
}
