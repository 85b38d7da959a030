package bytchat.mainline.internal;

import static bytchat.mainline.internal.MainlineTestNet.ALICE;
import static bytchat.mainline.internal.MainlineTestNet.MALLORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.env.Registration;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.MutableItem;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.RpcException;
import bytchat.mainline.internal.MainlineTestNet.Member;
import bytchat.wire.Bencode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Putting and getting in a network, in a key space of any width. */
abstract class MainlineContract {
    private static final int NODES = 30;

    private final MainlineTestNet net;

    MainlineContract(HashAlgorithm hash) {
        net = new MainlineTestNet(hash).grow(NODES);
    }

    @Test
    void aValueIsStoredAtTheNearestAndFoundByAll() {
        BValue value = BBytes.of("hello");
        Stored stored = net.on(net.members.get(3), () -> net.members.get(3).mainline().put(value));

        assertThat(stored.target()).isEqualTo(net.keyOf(value)).isEqualTo(net.members.get(0).mainline().target(value));
        assertThat(stored.nodes()).containsExactlyInAnyOrderElementsOf(nearest(stored.target(), net.members.get(3)));
        assertThat(stored.refusals()).isEmpty();
        for (Member reader : net.members) {
            Found<BValue> found = net.on(reader, () -> reader.mainline().get(stored.target()));
            assertThat(found.value()).as("read by %s", reader.host()).contains(value);
            assertThat(found.lookup()).isInstanceOf(LookupResult.Satisfied.class);
        }
    }

    @Test
    void aNodeThatHasTheValueItselfAsksNobody() {
        BValue value = BBytes.of("hello");
        Stored stored = net.on(net.members.get(3), () -> net.members.get(3).mainline().put(value));
        Member holder = member(stored.nodes().get(0));
        assertThat(net.on(holder, () -> holder.mainline().get(stored.target())).lookup().effort().queries()).isZero();
    }

    @Test
    void theWriterHoldsItTooIfItIsOneOfTheNearest() {
        BValue value = BBytes.of("at home");
        Key target = net.keyOf(value);
        Member nearest = net.members.stream()
                .min((a, b) -> target.compareDistance(a.node().id(), b.node().id())).orElseThrow();
        Stored stored = net.on(nearest, () -> nearest.mainline().put(value));
        assertThat(stored.here()).isTrue();
        assertThat(stored.copies()).isEqualTo(MainlineSettings.COPIES + 1);
        assertThat(nearest.mainline().items().get(target)).isPresent();
    }

    @Test
    void aLoneNodeStoresForItself() {
        Member alone = new MainlineTestNet(net.hash).member(0);
        MainlineTestNet own = new MainlineTestNet(net.hash);
        Member only = own.member(0);
        Stored stored = own.on(only, () -> only.mainline().put(BBytes.of("alone")));
        assertThat(stored.copies()).isEqualTo(1);
        assertThat(own.on(only, () -> only.mainline().get(stored.target())).value()).contains(BBytes.of("alone"));
        assertThat(alone.mainline().status().facts()).containsEntry("items", 0);
    }

    @Test
    void whatNobodyHasIsNotFound() {
        Member reader = net.members.get(7);
        Found<BValue> found = net.on(reader, () -> reader.mainline().get(net.key("nothing")));
        assertThat(found.value()).isEmpty();
        assertThat(found.lookup()).isInstanceOf(LookupResult.Converged.class);
    }

    @Test
    void theNewestOfAMutableItemIsRead() {
        Member writer = net.members.get(1);
        for (long sequence = 1; sequence <= 3; sequence++) {
            MutableItem item = writer.mainline().sign(ALICE, new byte[] {7}, sequence, BBytes.of("version " + sequence));
            Stored stored = net.on(writer, () -> writer.mainline().put(item, OptionalLong.empty()));
            assertThat(stored.copies()).isGreaterThanOrEqualTo(MainlineSettings.COPIES);
        }
        Member stale = member(nearest(net.members.get(2).mainline().target(ALICE.publicKey(), new byte[] {7}), writer).get(0));
        stale.mainline().items().put(net.members.get(2).mainline().target(ALICE.publicKey(), new byte[] {7}),
                item(writer.mainline().sign(ALICE, new byte[] {7}, 1, BBytes.of("version 1"))), stale.host().address().getAddress());

        for (Member reader : List.of(net.members.get(20), stale)) {
            Found<MutableItem> found = net.on(reader, () -> reader.mainline().get(ALICE.publicKey(), new byte[] {7}));
            assertThat(found.value().orElseThrow().value()).isEqualTo(BBytes.of("version 3"));
            assertThat(found.value().orElseThrow().sequence()).isEqualTo(3);
        }
        assertThat(net.on(writer, () -> writer.mainline().get(ALICE.publicKey(), new byte[] {8})).value()).isEmpty();
    }

    @Test
    void theLargestItemTravels() {
        Member writer = net.members.get(1);
        String salt = "s".repeat(MutableItem.SALT_BYTES_MAX);
        MutableItem item = ALICE.item(salt, Long.MAX_VALUE, MainlineTestNet.value(1_000));
        Stored stored = net.on(writer, () -> writer.mainline().put(item, OptionalLong.of(Long.MAX_VALUE)));
        assertThat(stored.nodes()).hasSize(MainlineSettings.COPIES);
        Member reader = net.members.get(9);
        assertThat(net.on(reader, () -> reader.mainline().get(ALICE.publicKey(), item.salt().toArray())).value()).contains(item);
    }

    @Test
    void anybodyKeepsAnItemAliveWithoutItsKey() {
        Member writer = net.members.get(1);
        MutableItem item = ALICE.item("s", 1, "kept");
        net.on(writer, () -> writer.mainline().put(item, OptionalLong.empty()));
        net.world.run(Duration.ofMinutes(100));
        Member other = net.members.get(9);
        MutableItem read = net.on(other, () -> other.mainline().get(ALICE.publicKey(), new byte[] {'s'})).value().orElseThrow();
        net.on(other, () -> other.mainline().put(read, OptionalLong.empty()));
        net.world.run(Duration.ofMinutes(100));
        assertThat(net.on(writer, () -> writer.mainline().get(ALICE.publicKey(), new byte[] {'s'})).value()).contains(item);
    }

    @Test
    void whoComesTooLateIsToldByAllWhy() {
        Member writer = net.members.get(1);
        net.on(writer, () -> writer.mainline().put(ALICE.item("", 5, "five"), OptionalLong.empty()));

        Stored older = net.on(writer, () -> writer.mainline().put(ALICE.item("", 4, "four"), OptionalLong.empty()));
        assertThat(older.copies()).isZero();
        assertThat(older.refusals()).isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.why().code()).isEqualTo(RpcException.STALE));
        Stored swapped = net.on(writer, () -> writer.mainline().put(ALICE.item("", 6, "six"), OptionalLong.of(4)));
        assertThat(swapped.copies()).isZero();
        assertThat(swapped.refusals()).isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.why().code()).isEqualTo(RpcException.CAS_MISMATCH));
    }

    @Test
    void whoAnnouncesIsFoundByAll() {
        Key file = net.key("a file");
        Member first = net.members.get(2);
        Member second = net.members.get(3);
        net.on(first, () -> first.mainline().announce(file, 7000));
        net.on(second, () -> second.mainline().announce(file, 0));
        for (Member reader : net.members) {
            Found<List<InetSocketAddress>> found = net.on(reader, () -> reader.mainline().peers(file));
            assertThat(found.value().orElseThrow()).as("by %s", reader.host()).containsExactlyInAnyOrder(
                    new InetSocketAddress(first.host().address().getAddress(), 7000), second.host().address());
        }
        assertThat(net.on(first, () -> first.mainline().peers(net.key("another file"))).value()).isEmpty();
    }

    @Test
    void valuesSurviveTheDeathOfHalfTheNetwork() {
        List<Key> targets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            BValue value = BBytes.of("value " + i);
            Member writer = net.members.get(i);
            targets.add(net.on(writer, () -> writer.mainline().put(value)).target());
        }
        for (int i = 1; i < NODES; i += 2) {
            net.members.get(i).host().vanish();
        }
        Member reader = net.members.get(28);
        for (Key target : targets) {
            boolean held = net.members.stream().anyMatch(member ->
                    member.host().alive() && member.mainline().items().get(target).isPresent());
            assertThat(net.on(reader, () -> reader.mainline().get(target)).value().isPresent()).isEqualTo(held);
        }
    }

    @Test
    void nodesWithoutThisPartAreCrossedButHoldNothing() {
        for (int i = 0; i < 10; i++) {
            net.bare("172.16." + i + ".1");
        }
        net.world.run(Duration.ofSeconds(30));
        Member writer = net.members.get(4);
        List<Contact> known = known(writer);
        Stored stored = net.on(writer, () -> writer.mainline().put(BBytes.of("hello")));
        assertThat(stored.copies()).isGreaterThan(MainlineSettings.COPIES / 2);
        assertThat(stored.refusals()).allSatisfy(refusal ->
                assertThat(refusal.why().code()).isEqualTo(RpcException.METHOD_UNKNOWN));
        Member reader = net.members.get(5);
        assertThat(net.on(reader, () -> reader.mainline().get(stored.target())).value()).isPresent();
        assertThat(known(writer)).as("who does not serve it stays in the table").containsAll(known);
    }

    @Test
    void aValueOfAnotherHashIsNotBelieved() {
        assertThat(readOfLies(MainlineDefences.ALL).value()).contains(BBytes.of("truth"));
    }

    @Test
    void withoutThatDefenceALiarIsBelieved() {
        MainlineDefences credulous = new MainlineDefences(true, true, true, true, true, true, true, false);
        assertThat(readOfLies(credulous).value()).contains(BBytes.of("lies"));
    }

    /** Everybody but one of the holders answers with something else. */
    private Found<BValue> readOfLies(MainlineDefences defences) {
        Member reader = net.member(MainlineTestNet.ip(200), MainlineSettings.DEFAULTS, defences);
        Member writer = net.members.get(1);
        Stored stored = net.on(writer, () -> writer.mainline().put(BBytes.of("truth")));
        stored.nodes().stream().skip(1).map(this::member).filter(member -> member != reader)
                .forEach(member -> lie(member, BDict.builder().put("v", "lies").build()));
        return net.on(reader, () -> reader.mainline().get(stored.target()));
    }

    @Test
    void anItemThatItsOwnerDidNotSignIsNotBelieved() {
        assertThat(readOfForgeries(MainlineDefences.ALL)).isEqualTo(BBytes.of("truth"));
    }

    @Test
    void withoutThatDefenceAForgerIsBelieved() {
        MainlineDefences credulous = new MainlineDefences(true, true, true, true, true, true, true, false);
        assertThat(readOfForgeries(credulous)).isEqualTo(BBytes.of("lies"));
    }

    private BValue readOfForgeries(MainlineDefences defences) {
        Member reader = net.member(MainlineTestNet.ip(200), MainlineSettings.DEFAULTS, defences);
        Member writer = net.members.get(1);
        Stored stored = net.on(writer, () -> writer.mainline().put(ALICE.item("", 1, "truth"), OptionalLong.empty()));
        MutableItem forged = MALLORY.item("", 99, "lies");
        stored.nodes().stream().skip(1).map(this::member).filter(member -> member != reader)
                .forEach(member -> lie(member, Bep44.arguments(forged).put("k", ALICE.publicKey()).build()));
        return net.on(reader, () -> reader.mainline().get(ALICE.publicKey(), new byte[0])).value().orElseThrow().value();
    }

    private Registration lie(Member member, BDict lies) {
        return member.rpc().handle("get", Carrier.DATAGRAM, request -> CompletableFuture.completedFuture(lies));
    }

    @Test
    void whatCannotBeStoredIsRefusedAtOnce() {
        Member writer = net.members.get(0);
        assertThatThrownBy(() -> writer.mainline().put(MainlineTestNet.value(1_001)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1000");
        assertThatThrownBy(() -> writer.mainline().announce(net.key("file"), 65_536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.mainline().sign(ALICE, new byte[65], 1, BBytes.of("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.mainline().sign(ALICE, new byte[0], -1, BBytes.of("")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReadOnlyNodeUsesTheNetworkAndHoldsNothing() {
        Member writer = net.members.get(6);
        writer.node().readOnly(true);
        BValue value = BBytes.of("from behind a firewall");
        Stored stored = net.on(writer, () -> writer.mainline().put(value));
        assertThat(stored.here()).isFalse();
        assertThat(stored.nodes()).hasSize(MainlineSettings.COPIES);
        Member reader = net.members.get(8);
        assertThat(net.on(reader, () -> reader.mainline().get(stored.target())).value()).contains(value);
    }

    private static List<Contact> known(Member member) {
        return member.routing().table().stream().map(RoutingPlane.TableEntry::contact).toList();
    }

    private List<Contact> nearest(Key target, Member without) {
        return net.members.stream().filter(member -> member != without).map(Member::contact)
                .sorted((a, b) -> target.compareDistance(a.id(), b.id())).limit(MainlineSettings.COPIES).toList();
    }

    private Member member(Contact contact) {
        return net.members.stream().filter(one -> one.contact().equals(contact)).findFirst().orElseThrow();
    }

    private static ItemStore.Item item(MutableItem item) {
        return new ItemStore.Item(Bencode.encode(item.value()), Optional.of(new ItemStore.Signed(
                item.publicKey().toArray(), item.sequence(), item.signature().toArray())));
    }
}
