package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mailbox.Envelope;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.plane.Sibling;
import bytchat.api.presence.Presence;
import bytchat.presence.internal.PresenceClient;
import bytchat.presence.internal.PresenceSettings;
import bytchat.store.memory.internal.MemoryTrackerStore;
import bytchat.tracker.internal.Tracker;
import bytchat.tracker.internal.TrackerSettings;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Devices with the direct plane, and real trackers, over real RPC on simulated links. */
final class DirectNet {
    static final Set<Defence> ALL = EnumSet.allOf(Defence.class);

    final TestNet net = new TestNet();
    final List<Contact> trackers = new ArrayList<>();

    DirectNet() {
        for (int i = 0; i < 3; i++) {
            trackers.add(tracker(net.node(100 + i)));
        }
    }

    private Contact tracker(Node node) {
        MemoryTrackerStore store = new MemoryTrackerStore(node.environment(), 1_000);
        net.run(node, () -> new Tracker(TrackerSettings.DEFAULT, node.environment(), node.local(), node.rpc(), node.holders(),
                node.challenges(), store, node.verifier()).start());
        return node.contact();
    }

    /** A device on a node that is its own and only tracker. */
    Device alone(int number, Account account) {
        Device device = device(number, account, ALL);
        device.node.holders().are(List.of(tracker(device.node)));
        return device;
    }

    /** A device of somebody at the node 10.0.0.number, announced and attached. */
    Device device(int number, Account account) {
        return device(number, account, ALL).announce().attach();
    }

    Device device(int number, Account account, Set<Defence> defences) {
        return device(number, account, defences, DirectPlaneSettings.DEFAULTS);
    }

    Device device(int number, Account account, Set<Defence> defences, DirectPlaneSettings settings) {
        Node node = net.node(number);
        node.holders().are(trackers);
        PresenceClient presence = new PresenceClient(
                PresenceSettings.DEFAULT, node.environment(), node.local(), node.holders(), node.verifier());
        return new Device(node, account, presence, presence, defences, settings);
    }

    static Set<Defence> without(Defence defence) {
        Set<Defence> others = EnumSet.allOf(Defence.class);
        others.remove(defence);
        return others;
    }

    Envelope message(TestPerson.Device from, TestPerson to, long sequence) {
        BDict unsigned = BDict.builder().put("v", 1).put("kind", "message")
                .put("id", from.person().uid(net.keySpace).unsafeArray()).put("to", to.uid(net.keySpace).unsafeArray())
                .put("dev", from.deviceId()).put("seq", sequence).put("ts", net.world.now().toEpochMilli()).put("ttl", 7 * 86_400)
                .put("sid", new byte[16]).put("content", "sealed " + sequence).build();
        return new Envelope(from.sign(Tag.ENVELOPE, unsigned));
    }

    void run(Duration time) {
        net.world.run(time);
    }

    /** A node with an account on it. */
    final class Device implements DeliveryPlane.Inbound {
        final Node node;
        final Account account;
        final PresenceClient presence;
        final DirectPlane plane;
        final List<Envelope> arrived = new ArrayList<>();
        final List<Optional<Key>> retried = new ArrayList<>();
        final List<Sibling> siblings = new ArrayList<>();
        DeliveryPlane.Attachment attachment;
        CompletionStage<Void> disk = CompletableFuture.completedFuture(null);

        Device(Node node, Account account, PresenceClient presence, Presence seen, Set<Defence> defences,
                DirectPlaneSettings settings) {
            this.node = node;
            this.account = account;
            this.presence = presence;
            this.plane = new DirectPlane(node.environment(), node.local(), node.rpc(), seen, node.challenges(), settings, defences);
            net.run(node, plane::start);
        }

        Device announce() {
            presence.announce(account);
            net.world.run(Duration.ofSeconds(2));
            return this;
        }

        Device attach() {
            net.run(node, () -> attachment = plane.attach(account, this));
            net.world.run(Duration.ofSeconds(3));
            return this;
        }

        Dispatch send(Envelope envelope) {
            return net.on(node, () -> attachment.send(envelope, Optional.empty()));
        }

        long fact(String name) {
            return ((Number) attachment.status().facts().get(name)).longValue();
        }

        @Override
        public CompletionStage<Void> accept(Envelope envelope) {
            arrived.add(envelope);
            return disk;
        }

        @Override
        public void retry(Optional<Key> to) {
            retried.add(to);
        }

        @Override
        public void sibling(Sibling sibling) {
            siblings.add(sibling);
        }
    }
}
