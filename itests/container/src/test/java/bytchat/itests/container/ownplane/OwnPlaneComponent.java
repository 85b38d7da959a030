package bytchat.itests.container.ownplane;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Somebody's first routing plane: it knows nobody, and says in which key space. */
@Component(configurationPid = "bytchat.routing.mine", configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = RoutingPlane.class, property = RoutingPlanes.PROPERTY + "=mine")
public final class OwnPlaneComponent implements RoutingPlane {
    private final LocalNode local;

    @Activate
    public OwnPlaneComponent(@Reference(name = "localNode") LocalNode localNode) {
        this.local = localNode;
    }

    @Override
    public String name() {
        return "mine";
    }

    @Override
    public Search search(LookupRequest request) {
        LookupResult failed = new LookupResult.Failed(request.target(), new Effort(0, 0, 0, 0),
                "nobody is known in " + local.keySpace().name());
        return new Search() {
            @Override
            public CompletionStage<LookupResult> result() {
                return CompletableFuture.completedFuture(failed);
            }

            @Override
            public void cancel(String reason) {
                // it has ended
            }
        };
    }

    @Override
    public CompletionStage<Region> region(Key prefix, int bits) {
        return CompletableFuture.completedFuture(new Region(prefix, bits, List.of(), true, new Effort(0, 0, 0, 0)));
    }

    @Override
    public Optional<NetworkSize> networkSize() {
        return Optional.empty();
    }

    @Override
    public List<Contact> closest(Key target, int count) {
        return List.of();
    }

    @Override
    public void suggest(List<Contact> contacts) {
        // it knows nobody, and stays so
    }

    @Override
    public void reject(Contact contact) {
        // nobody to reject
    }

    @Override
    public List<TableEntry> table() {
        return List.of();
    }
}
