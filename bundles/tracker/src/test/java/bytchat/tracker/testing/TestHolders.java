package bytchat.tracker.testing;

import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@link Holders} of a network small enough to know by heart: the same contacts hold every key. */
public final class TestHolders implements Holders {
    private final LocalNode node;
    private final RpcEndpoint endpoint;
    private List<Contact> contacts = List.of();
    private List<Contact> nearer = List.of();

    TestHolders(LocalNode node, RpcEndpoint endpoint) {
        this.node = node;
        this.endpoint = endpoint;
    }

    /** From now on these hold every key. */
    public void are(List<Contact> holders) {
        contacts = List.copyOf(holders);
    }

    /** From now on these are nearer to every key than this node; none: this node is a holder. */
    public void nearer(List<Contact> others) {
        nearer = List.copyOf(others);
    }

    @Override
    public <T> CompletionStage<Replies<T>> ask(Key key, int count, Function<Peer, CompletionStage<T>> call) {
        List<Replies.Reply<T>> replies = new ArrayList<>();
        List<Replies.Failure> failures = new ArrayList<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (Contact contact : contacts) {
            CompletionStage<Peer> link = contact.id().equals(node.id())
                    ? CompletableFuture.completedFuture(endpoint.self())
                    : endpoint.connect(contact);
            all.add(link.handle((peer, unreachable) -> peer).thenCompose(peer -> peer == null
                    ? CompletableFuture.completedFuture(null)
                    : call.apply(peer).handle((value, failure) -> failure == null
                            ? replies.add(new Replies.Reply<>(peer, value))
                            : failures.add(new Replies.Failure(peer, unwrap(failure))))).toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(
                done -> new Replies<>(key, replies, failures, contacts.isEmpty() ? "no other node is known" : ""));
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    @Override
    public Optional<List<Contact>> nearerThanUs(Key key) {
        return nearer.isEmpty() ? Optional.empty() : Optional.of(nearer);
    }
}
