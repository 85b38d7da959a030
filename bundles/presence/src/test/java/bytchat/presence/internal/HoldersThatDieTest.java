package bytchat.presence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BDict;
import bytchat.api.holder.Holders;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.presence.Presence.Sighting;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.holders.internal.HolderPart;
import bytchat.meta.internal.MetaClient;
import bytchat.meta.internal.MetaHolder;
import bytchat.meta.internal.MetaSettings;
import bytchat.routing.kademlia.internal.Kademlia;
import bytchat.rpc.internal.Rpc;
import bytchat.store.memory.internal.MemoryMetaStore;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tracker.internal.Tracker;
import bytchat.tracker.internal.TrackerSettings;
import bytchat.tracker.testing.TestPerson;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trackers and meta in a network of twenty nodes with real routing and real holders, two of which die. */
class HoldersThatDieTest {
    private static final int NODES = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SimulatedWorld world = new SimulatedWorld(11);
    private final KeySpace keySpace = SimulatedNode.keySpace(new Sha1(), Optional.of("bytchat"));
    private final List<Node> nodes = new ArrayList<>();
    private final TestPerson.Device phone = TestPerson.number(1).device(1);
    private final Key uid = TestPerson.number(1).uid(keySpace);
    private Node device;
    private Node reader;

    private record Node(SimulatedHost host, HolderPart holders, PresenceClient presence, MetaClient meta) {
    }

    @BeforeEach
    void network() {
        for (int i = 0; i < NODES; i++) {
            nodes.add(node(i));
            world.run(Duration.ofMillis(300));
        }
        world.run(Duration.ofSeconds(30));
        reader = nodes.get(3);
        device = nodes.get(NODES - 1);
    }

    private Node node(int number) {
        SimulatedHost host = world.host("10.0.0." + (number + 1), 4000);
        var bootstrap = number == 0 ? List.<InetSocketAddress>of() : List.of(nodes.get(0).host.address());
        SimulatedNode local = new SimulatedNode(host, keySpace, bootstrap);
        var environment = host.environment();
        Rpc rpc = new Rpc(environment, local, host.datagrams(), host.links(local.nodeKey()));
        Kademlia routing = new Kademlia(environment, local, rpc);
        HolderPart holders = new HolderPart(environment, local, rpc, routing);
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, environment.clock());
        Tracker tracker = new Tracker(TrackerSettings.DEFAULT, environment, local, rpc, holders, holders,
                new MemoryTrackerStore(environment, 100), verifier);
        MetaHolder metaHolder = new MetaHolder(MetaSettings.DEFAULT, environment, keySpace, rpc, holders,
                new MemoryMetaStore(environment, 100, 1 << 20), verifier);
        rpc.start();
        routing.start();
        holders.start();
        environment.loop().execute(tracker::start);
        environment.loop().execute(metaHolder::start);
        return new Node(host, holders,
                new PresenceClient(PresenceSettings.DEFAULT, environment, local, holders, verifier),
                new MetaClient(environment, keySpace, holders, verifier, () -> List.of(1)));
    }

    /** Two nodes that answer the question, neither the device's nor the reader's, are gone without a word. */
    private void kill(Key key, String method) {
        Set<InetSocketAddress> addresses = world.await(reader.host.call(() -> reader.holders.ask(key, peer -> peer
                .call(method, BDict.builder().put("target", uid.unsafeArray()).build())
                        .thenApply(answer -> peer.address()))), PATIENCE)
                .replies().stream().map(reply -> reply.value()).collect(Collectors.toSet());
        assertThat(addresses).hasSize(Holders.COUNT);
        List<Node> dying = nodes.stream().filter(node -> node != device && node != reader && node != nodes.get(0)
                && addresses.contains(node.host.address())).limit(2).toList();
        assertThat(dying).hasSize(2);
        dying.forEach(node -> node.host.vanish());
    }

    private List<Sighting> find() {
        return world.await(reader.presence.find(uid), PATIENCE);
    }

    @Test
    void aDeviceIsFoundWhenTwoOfItsTrackersAreGoneAndBindsAtTheirSuccessors() {
        device.presence.announce(phone);
        world.run(Duration.ofSeconds(10));
        assertThat(find()).singleElement()
                .satisfies(sighting -> assertThat(sighting.trackers()).isEqualTo(Holders.COUNT));

        kill(uid, "find_user");
        assertThat(find()).singleElement().satisfies(sighting -> {
            assertThat(sighting.endpoint()).isEqualTo(device.host.address());
            assertThat(sighting.reachable()).isTrue();
            assertThat(sighting.trackers()).isGreaterThanOrEqualTo(3);
        });

        world.run(Duration.ofMinutes(10));
        assertThat(find()).singleElement()
                .satisfies(sighting -> assertThat(sighting.trackers()).isEqualTo(Holders.COUNT));
    }

    @Test
    void metaIsFoundWhenTwoOfItsHoldersAreGoneAndIsWrittenBackToTheirSuccessors() {
        assertThat(world.await(device.meta.publish(phone), PATIENCE).stored()).isEqualTo(Holders.COUNT);

        kill(keySpace.metaKey(uid), "meta_get");
        assertThat(world.await(reader.meta.fetch(uid), PATIENCE)).hasValueSatisfying(
                meta -> assertThat(meta.name()).isEqualTo(phone.name()));

        world.run(Duration.ofSeconds(5));
        assertThat(world.await(reader.host.call(() -> reader.holders.ask(keySpace.metaKey(uid), peer -> peer
                .call("meta_get", BDict.builder().put("target", uid.unsafeArray()).build())
                .thenApply(answer -> answer.dict("meta").isPresent()))), PATIENCE).replies())
                .hasSize(Holders.COUNT).allSatisfy(reply -> assertThat(reply.value()).isTrue());
    }
}
