package bytchat.routing.internal;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.LookupResult.Effort;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes;
import bytchat.api.routing.Search;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The plane that consumers see: whichever serves when they ask. While none does, lookups fail with a reason, as they do on a node that
 * knows nobody, and are repeated by whoever began them.
 */
final class Facade implements RoutingPlane {
    private static final Effort NONE = new Effort(0, 0, 0, 0);
    private static final String REASON = "no routing plane serves at the moment";

    private final Supplier<Optional<Serving>> serving;

    Facade(Supplier<Optional<Serving>> serving) {
        this.serving = serving;
    }

    @Override
    public String name() {
        return serving.get().map(now -> now.plane().name()).orElse(RoutingPlanes.ACTIVE);
    }

    @Override
    public Search search(LookupRequest request) {
        return serving.get().map(now -> {
            Search search = now.plane().search(request);
            now.busyUntil(search.result());
            return search;
        }).orElseGet(() -> new Refused(new LookupResult.Failed(request.target(), NONE, REASON)));
    }

    @Override
    public CompletionStage<Region> region(Key prefix, int bits) {
        return serving.get().map(now -> {
            CompletionStage<Region> region = now.plane().region(prefix, bits);
            now.busyUntil(region);
            return region;
        }).orElseGet(() -> CompletableFuture.completedFuture(new Region(prefix, bits, List.of(), false, NONE)));
    }

    @Override
    public Optional<NetworkSize> networkSize() {
        return serving.get().flatMap(now -> now.plane().networkSize());
    }

    @Override
    public List<Contact> closest(Key target, int count) {
        return serving.get().map(now -> now.plane().closest(target, count)).orElse(List.of());
    }

    @Override
    public void suggest(List<Contact> contacts) {
        serving.get().ifPresent(now -> now.plane().suggest(contacts));
    }

    @Override
    public void reject(Contact contact) {
        serving.get().ifPresent(now -> now.plane().reject(contact));
    }

    @Override
    public List<TableEntry> table() {
        return serving.get().map(now -> now.plane().table()).orElse(List.of());
    }

    private record Refused(LookupResult failed) implements Search {
        @Override
        public CompletionStage<LookupResult> result() {
            return CompletableFuture.completedFuture(failed);
        }

        @Override
        public void cancel(String reason) {
            // it has ended
        }
    }
}
