package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.routing.Search;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The lookups of a node: a bounded number is under way, a bounded number waits, the others fail at once. */
final class Lookups {
    private static final Effort NOTHING = new Effort(0, 0, 0, 0);

    private final Lookup.Context context;
    private final BiFunction<Key, Integer, List<Contact>> nearest;
    private final Supplier<List<InetSocketAddress>> bootstrap;
    private final BiConsumer<LookupResult, List<Contact>> onEnd;
    private final Set<Running> running = new LinkedHashSet<>();
    private final ArrayDeque<Running> waiting = new ArrayDeque<>();
    private boolean stopped;

    /**
     * @param nearest   contacts to begin with: so many that are nearest a key
     * @param bootstrap addresses to begin with where nobody is known
     * @param onEnd     sees each result, and the nearest k that answered
     */
    Lookups(
            Lookup.Context context,
            BiFunction<Key, Integer, List<Contact>> nearest,
            Supplier<List<InetSocketAddress>> bootstrap,
            BiConsumer<LookupResult, List<Contact>> onEnd) {
        this.context = context;
        this.nearest = nearest;
        this.bootstrap = bootstrap;
        this.onEnd = onEnd;
    }

    /** @param throughBootstrap to ask the bootstrap addresses as well */
    Search search(LookupRequest request, boolean throughBootstrap) {
        Running search = new Running(request, throughBootstrap);
        if (stopped) {
            search.fail("this node stops");
        } else if (running.size() < context.settings().lookup().underWayMax()) {
            search.begin();
        } else if (waiting.size() < context.settings().lookup().waitingMax()) {
            waiting.add(search);
        } else {
            search.fail("too many lookups are under way");
        }
        return search;
    }

    /** Ends all with what they have. */
    void stop() {
        stopped = true;
        // Loops, not lambdas: while a bundle leaves, no class of it can be loaded that was not needed before.
        for (Running search : List.copyOf(waiting)) {
            search.cancel("this node stops");
        }
        for (Running search : List.copyOf(running)) {
            search.cancel("this node stops");
        }
    }

    private final class Running implements Search {
        private final LookupRequest request;
        private final boolean throughBootstrap;
        private final CompletableFuture<LookupResult> result = new CompletableFuture<>();
        private Lookup lookup;

        Running(LookupRequest request, boolean throughBootstrap) {
            this.request = request;
            this.throughBootstrap = throughBootstrap;
        }

        void begin() {
            running.add(this);
            lookup = new Lookup(context, request);
            // More than will be asked if they live: when half of a network has died, the next ones are needed.
            List<Contact> contacts = nearest.apply(request.target(), context.settings().lookup().candidatesMax() / 4);
            lookup.start(contacts, throughBootstrap ? bootstrap.get() : List.of()).thenAccept(found -> {
                running.remove(this);
                onEnd.accept(found, lookup.nearestK());
                result.complete(found);
                if (!stopped && !waiting.isEmpty()) {
                    waiting.poll().begin();
                }
            });
        }

        void fail(String reason) {
            result.complete(new LookupResult.Failed(request.target(), NOTHING, reason));
        }

        @Override
        public CompletionStage<LookupResult> result() {
            return result.minimalCompletionStage();
        }

        @Override
        public void cancel(String reason) {
            if (lookup != null) {
                lookup.cancel(reason);
            } else if (waiting.remove(this)) {
                fail(reason);
            }
        }
    }
}
