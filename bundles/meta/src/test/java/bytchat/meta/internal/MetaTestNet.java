package bytchat.meta.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.keyspace.Key;
import bytchat.api.meta.MetaRecord;
import bytchat.store.memory.internal.MemoryMetaStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import bytchat.tracker.testing.TestPerson;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One node that asks, and nodes that hold meta. */
class MetaTestNet {
    static final Set<MetaCheck> ALL = EnumSet.allOf(MetaCheck.class);

    final TestNet net = new TestNet();
    final Node reader = net.node(100);
    final TestPerson alice = TestPerson.number(1);
    final TestPerson.Device phone = alice.device(1);
    final Key uid = alice.uid(net.keySpace);

    static Set<MetaCheck> without(MetaCheck check) {
        return EnumSet.complementOf(EnumSet.of(check));
    }

    /** A node that holds meta. */
    record Holding(Node node, MemoryMetaStore store, MetaHolder service) {
    }

    Holding holder(int number) {
        return holder(number, ALL, SignatureCheck.BOUNCY_CASTLE, MetaSettings.DEFAULT);
    }

    Holding holder(int number, Set<MetaCheck> checks, SignatureCheck signatures, MetaSettings settings) {
        Node node = net.node(number);
        MemoryMetaStore store = new MemoryMetaStore(node.environment(), 100, 1 << 20);
        MetaHolder service =
                new MetaHolder(settings, node.environment(), net.keySpace, node.rpc(), node.holders(), store,
                node.verifier(signatures), checks);
        net.run(node, service::start);
        return new Holding(node, store, service);
    }

    MetaClient client(Node node) {
        return client(node, ALL, SignatureCheck.BOUNCY_CASTLE);
    }

    MetaClient client(Node node, Set<MetaCheck> checks, SignatureCheck signatures) {
        return new MetaClient(
                node.environment(), net.keySpace, node.holders(), node.verifier(signatures), () -> List.of(1), checks);
    }

    /** A record by that device, as it would publish it at that time. */
    BDict unsigned(TestPerson.Device device, String name, long timestampMillis) {
        return BDict.builder()
                .put("id", device.person().uid(net.keySpace).unsafeArray())
                .put("content", BDict.builder().put("avatar", device.avatar()).put("name", name)
                        .put("devices", device.credentials().devices().dict()).put("prekeys", device.prekeys().dict())
                        .put("public_key", device.publicKey()).put("suites", List.of(new BInteger(1)))
                        .put("timestamp", timestampMillis).build())
                .build();
    }

    BDict record(TestPerson.Device device, String name, long timestampMillis) {
        return sign(device, unsigned(device, name, timestampMillis));
    }

    BDict record(String name, long timestampMillis) {
        return record(phone, name, timestampMillis);
    }

    BDict sign(TestPerson.Device device, BDict unsigned) {
        return Signed.with(unsigned, net.on(reader, () -> device.signAsAccount(Signed.message(Tag.META, unsigned))));
    }

    static BDict arguments(BDict meta) {
        return BDict.builder().put("meta", meta).build();
    }

    BDict put(Holding at, BDict meta) {
        return net.call(reader, at.node(), "meta_put", arguments(meta));
    }

    String nameAt(Holding at) {
        return net.call(reader, at.node(), "meta_get", BDict.builder().put("target", uid.unsafeArray()).build())
                .dict("meta").map(dict -> new MetaRecord(dict).name()).orElse("");
    }
}
