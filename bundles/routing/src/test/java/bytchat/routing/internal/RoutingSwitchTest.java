package bytchat.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.NetworkSize;
import bytchat.api.routing.Region;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.routing.RoutingPlanes.PlaneInfo;
import bytchat.api.routing.Search;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RoutingSwitchTest {
    private static final Duration READY = Duration.ofSeconds(20);
    private static final Contact SOMEBODY = new Contact(Key.of(new byte[] {1, 2}), new InetSocketAddress("10.0.0.9", 4_000));

    private final SimulatedWorld world = new SimulatedWorld(7);
    private final SimulatedHost host = world.host("10.0.0.1", 4_000);
    private final List<String> kept = new ArrayList<>();
    private final List<String> served = new ArrayList<>();
    private final RoutingSwitch planes = new RoutingSwitch(host.environment(),
            new SimulatedNode(host, SimulatedNode.keySpace(new TwoBytes(), Optional.empty()), List.of()),
            new RoutingSettings("kademlia", READY, READY), name -> {
                kept.add(name);
                return CompletableFuture.completedFuture(null);
            }, plane -> served.add(plane.map(RoutingPlane::name).orElse("nobody")));
    private final Plane kademlia = new Plane("kademlia", true);
    private final Plane fixed = new Plane("fixed", true);

    @Test
    void theConfiguredPlaneServesAndOthersAreNotEvenMade() {
        add(fixed);
        add(kademlia);
        assertThat(served).containsExactly("kademlia");
        assertThat(fixed.made).isZero();
        assertThat(planes.status().state()).isEqualTo(State.READY);
        assertThat(planes.list()).extracting(PlaneInfo::name).containsExactly("kademlia", "fixed");
        assertThat(planes.list()).extracting(PlaneInfo::active).containsExactly(true, false);
        assertThat(planes.active().closest(SOMEBODY.id(), 1)).containsExactly(SOMEBODY);
    }

    @Test
    void aChangeIsMadeKeptAndTheOtherPlaneIsGivenBack() {
        add(kademlia);
        add(fixed);
        world.await(planes.switchTo("fixed"), READY);
        assertThat(served).containsExactly("kademlia", "fixed");
        assertThat(kept).containsExactly("fixed");
        world.run(Duration.ofMillis(1));
        assertThat(kademlia.givenBack).isOne();
        world.await(planes.switchTo("kademlia"), READY);
        assertThat(planes.active().name()).isEqualTo("kademlia");
        assertThat(kademlia.made).isEqualTo(2);
        assertThat(planes.status().facts()).containsEntry("changes", 2L);
    }

    @Test
    void aPlaneThatKnowsNobodyDoesNotTakeOver() {
        Plane lonely = new Plane("fixed", false);
        add(kademlia);
        add(lonely);
        CompletionStage<Void> change = planes.switchTo("fixed");
        world.run(READY.plusSeconds(1));
        assertThatThrownBy(() -> world.await(change, READY)).hasRootCauseMessage("the routing plane fixed is not ready:"
                + " it knows no other node (waited 20 s); kademlia goes on");
        assertThat(served).containsExactly("kademlia");
        assertThat(kept).isEmpty();
        assertThat(lonely.givenBack).isOne();
        assertThat(planes.status().state()).isEqualTo(State.READY);
    }

    @Test
    void itWaitsUntilTheOtherPlaneKnowsSomebody() {
        Plane slow = new Plane("fixed", false);
        add(kademlia);
        add(slow);
        CompletionStage<Void> change = planes.switchTo("fixed");
        world.run(Duration.ofSeconds(3));
        assertThat(planes.active().name()).isEqualTo("kademlia");
        slow.knowsSomebody = true;
        world.await(change, Duration.ofSeconds(1));
        assertThat(planes.active().name()).isEqualTo("fixed");
    }

    @Test
    void anEditOfTheConfigurationChangesAndStandsUntilItCan() {
        add(kademlia);
        configure("fixed");
        assertThat(planes.status().state()).isEqualTo(State.WAITING);
        assertThat(planes.status().reason()).isEqualTo("the routing plane fixed is not installed: feature install routing-fixed"
                + " (installed: kademlia); kademlia goes on");
        assertThat(planes.list()).extracting(PlaneInfo::installed).containsExactly(true, false);
        add(fixed);
        assertThat(planes.active().name()).isEqualTo("fixed");
        assertThat(planes.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aCommandForAPlaneThatIsNotThereChangesNothing() {
        add(kademlia);
        CompletionStage<Void> change = planes.switchTo("pigeon");
        assertThatThrownBy(() -> world.await(change, READY)).hasRootCauseMessage(
                "the routing plane pigeon is not installed: feature install routing-pigeon (installed: kademlia)");
        assertThat(served).containsExactly("kademlia");
    }

    @Test
    void lookupsUnderWayMayEndBeforeTheirPlaneGoes() {
        add(kademlia);
        add(fixed);
        Search search = on(() -> planes.active().search(LookupRequest.nodes(SOMEBODY.id(), 1)));
        world.await(planes.switchTo("fixed"), READY);
        world.run(Duration.ofSeconds(2));
        assertThat(kademlia.givenBack).as("it still looks").isZero();
        on(() -> {
            search.cancel("enough");
            return 0;
        });
        world.run(Duration.ofMillis(1));
        assertThat(kademlia.givenBack).isOne();
    }

    @Test
    void butNotForEver() {
        add(kademlia);
        add(fixed);
        on(() -> planes.active().search(LookupRequest.nodes(SOMEBODY.id(), 1)));
        world.await(planes.switchTo("fixed"), READY);
        world.run(READY.plusSeconds(1));
        assertThat(kademlia.givenBack).isOne();
    }

    @Test
    void aPlaneThatIsUpdatedIsReplacedByItsNewBuild() {
        Plane newer = new Plane("kademlia", true);
        add(kademlia);
        add(newer);
        remove(kademlia);
        assertThat(newer.made).isOne();
        assertThat(kademlia.givenBack).isOne();
        assertThat(planes.active().closest(SOMEBODY.id(), 1)).containsExactly(SOMEBODY);
    }

    @Test
    void whileNoneServesLookupsFailWithAReason() {
        add(kademlia);
        remove(kademlia);
        assertThat(served).containsExactly("kademlia", "nobody");
        LookupResult result = world.await(host.call(() -> planes.active().lookup(SOMEBODY.id(), 1)), READY);
        assertThat(result).isInstanceOfSatisfying(LookupResult.Failed.class,
                failed -> assertThat(failed.reason()).isEqualTo("no routing plane serves at the moment"));
        assertThat(world.await(host.call(() -> planes.active().region(SOMEBODY.id(), 0)), READY).complete()).isFalse();
        assertThat(planes.active().table()).isEmpty();
        assertThat(planes.active().networkSize()).isEmpty();
        assertThat(planes.status().state()).isEqualTo(State.WAITING);
        add(new Plane("kademlia", false));
        assertThat(planes.active().name()).as("the first is taken as it is").isEqualTo("kademlia");
    }

    @Test
    void onePlaneThatCannotBeMadeLeavesTheOther() {
        Plane broken = new Plane("fixed", true);
        broken.broken = true;
        add(kademlia);
        add(broken);
        CompletionStage<Void> change = planes.switchTo("fixed");
        assertThatThrownBy(() -> world.await(change, READY)).hasRootCauseMessage(
                "the routing plane fixed could not be made: it is broken; kademlia goes on");
        assertThat(planes.active().name()).isEqualTo("kademlia");
    }

    @Test
    void thePlaneInUseIsSaidToBeInUse() {
        add(kademlia);
        add(fixed);
        assertThat(planes.cutOffBy(Set.of("bundle.of.fixed"))).isEmpty();
        assertThat(planes.cutOffBy(Set.of("bundle.of.kademlia"))).containsExactly("kademlia is the routing plane of the key space"
                + " default: switch to another one first with dht plane switch NAME");
    }

    @Test
    void whenItStopsAllIsGivenBack() {
        add(kademlia);
        on(() -> {
            planes.stop();
            return 0;
        });
        world.run(Duration.ofSeconds(1));
        assertThat(kademlia.givenBack).isOne();
        assertThat(served).endsWith("nobody");
    }

    private void add(Plane plane) {
        on(() -> {
            planes.add(plane);
            return 0;
        });
        world.run(Duration.ofMillis(500));
    }

    private void remove(Plane plane) {
        on(() -> {
            planes.remove(plane);
            return 0;
        });
        world.run(Duration.ofMillis(500));
    }

    private void configure(String active) {
        on(() -> {
            planes.settings(new RoutingSettings(active, READY, READY));
            return 0;
        });
        world.run(Duration.ofMillis(500));
    }

    private <T> T on(java.util.function.Supplier<T> task) {
        return world.await(host.call(() -> CompletableFuture.completedFuture(task.get())), READY);
    }

    /** A plane that knows one node, or none, and never ends a lookup by itself. */
    private static final class Plane implements InstalledPlane, RoutingPlane {
        private final String name;
        private boolean knowsSomebody;
        private boolean broken;
        private int made;
        private int givenBack;

        Plane(String name, boolean knowsSomebody) {
            this.name = name;
            this.knowsSomebody = knowsSomebody;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String bundle() {
            return "bundle.of." + name;
        }

        @Override
        public RoutingPlane take() {
            if (broken) {
                throw new IllegalStateException("it is broken");
            }
            made++;
            return this;
        }

        @Override
        public void giveBack() {
            givenBack++;
        }

        @Override
        public Search search(LookupRequest request) {
            CompletableFuture<LookupResult> result = new CompletableFuture<>();
            return new Search() {
                @Override
                public CompletionStage<LookupResult> result() {
                    return result;
                }

                @Override
                public void cancel(String reason) {
                    result.complete(new LookupResult.Failed(request.target(), new LookupResult.Effort(0, 0, 0, 0), reason));
                }
            };
        }

        @Override
        public CompletionStage<Region> region(Key prefix, int bits) {
            return new CompletableFuture<>();
        }

        @Override
        public Optional<NetworkSize> networkSize() {
            return Optional.of(new NetworkSize(2, 2, 2, 1));
        }

        @Override
        public List<Contact> closest(Key target, int count) {
            return knowsSomebody ? List.of(SOMEBODY) : List.of();
        }

        @Override
        public void suggest(List<Contact> contacts) {
            throw new AssertionError("nobody suggests");
        }

        @Override
        public void reject(Contact contact) {
            throw new AssertionError("nobody rejects");
        }

        @Override
        public List<TableEntry> table() {
            return List.of();
        }
    }

    /** A key space as small as can be. */
    private static final class TwoBytes implements HashAlgorithm {
        @Override
        public String name() {
            return "two-bytes";
        }

        @Override
        public int bits() {
            return 16;
        }

        @Override
        public byte[] digest(byte[]... parts) {
            byte[] digest = new byte[2];
            for (byte[] part : parts) {
                for (int i = 0; i < part.length; i++) {
                    digest[i % 2] ^= part[i];
                }
            }
            return digest;
        }
    }
}
