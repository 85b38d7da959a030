package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.DirectCall;
import bytchat.api.rpc.RpcException;
import bytchat.wire.CompactNodes;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FindNodeTest {
    private static final int K = 8;
    private static final int ID_BYTES = 20;
    private static final int WHOLE = 1_200;
    private static final BBytes N4 = BBytes.of("n4");
    private static final BBytes N6 = BBytes.of("n6");

    private final Random random = new Random(11);
    private final List<Contact> ipv4 = contacts("10.1.%d.1");
    private final List<Contact> ipv6 = contacts("2001:db8:%x::1");
    private final FindNode findNode = new FindNode(K, sixth -> snapshot(sixth ? ipv6 : ipv4));

    @Test
    void theNearestOfTheAskersFamilyAreAnsweredInOrder() throws RpcException {
        for (int i = 0; i < 100; i++) {
            Key target = key();
            Answer answer = ask("10.0.0.9", target, Optional.empty(), WHOLE, key());
            assertThat(answer.nodes("nodes")).isEqualTo(nearest(ipv4, target, K));
            assertThat(answer.entries).containsOnlyKeys("nodes");
            assertThat(ask("2001:db8::9", target, Optional.empty(), WHOLE, key()).nodes("nodes6"))
                    .isEqualTo(nearest(ipv6, target, K));
        }
    }

    @Test
    void theAskerIsNotToldOfItself() throws RpcException {
        Key target = key();
        Contact nearest = nearest(ipv4, target, 1).get(0);
        Answer answer = ask("10.0.0.9", target, Optional.empty(), WHOLE, nearest.id());
        assertThat(answer.nodes("nodes")).doesNotContain(nearest).hasSize(K);
    }

    @Test
    void wantChoosesTheFamilies() throws RpcException {
        assertThat(ask("10.0.0.9", key(), want(N6), WHOLE, key()).entries).containsOnlyKeys("nodes6");
        assertThat(ask("2001:db8::9", key(), want(N4), WHOLE, key()).entries).containsOnlyKeys("nodes");
        assertThat(ask("10.0.0.9", key(), want(N4, N6), WHOLE, key()).entries).containsOnlyKeys("nodes", "nodes6");
        assertThat(ask("10.0.0.9", key(), want(BBytes.of("n9")), WHOLE, key()).entries).isEmpty();
        assertThatThrownBy(() -> ask("10.0.0.9", key(), Optional.of(new BInteger(4)), WHOLE, key()))
                .isInstanceOf(BencodeException.class);
    }

    @Test
    void whateverTheRoomTheAskersFamilyIsKeptLongestAndTheNearestFirst() throws RpcException {
        for (int room = 24; room < WHOLE; room++) {
            Key target = key();
            Answer answer = ask("10.0.0.9", target, want(N4, N6), room, key());
            assertThat(answer.room).isNotNegative();
            List<Contact> nodes = answer.nodes("nodes");
            List<Contact> nodes6 = answer.nodes("nodes6");
            assertThat(nodes).isEqualTo(nearest(ipv4, target, nodes.size()));
            assertThat(nodes6).isEqualTo(nearest(ipv6, target, nodes6.size()));
            assertThat(nodes.size() == K || nodes6.isEmpty()).isTrue();
            if (nodes6.size() < K) {
                assertThat(answer.room).isLessThan(nodes.size() < K ? 26 + 8 : 38 + 8);
            }
            Answer sixth = ask("2001:db8::9", target, want(N4, N6), room, key());
            assertThat(sixth.nodes("nodes6").size() == K || sixth.nodes("nodes").isEmpty()
                    || sixth.room < 38 + 8).isTrue();
        }
    }

    @Test
    void whereNotEvenAnEmptyListFitsItSaysSo() {
        for (int room : new int[] {-400, 0, 11}) {
            assertThatThrownBy(() -> ask("10.0.0.9", key(), Optional.empty(), room, key()))
                    .isInstanceOfSatisfying(RpcException.class, e -> assertThat(e.code()).isEqualTo(205));
        }
    }

    private Answer ask(String from, Key target, Optional<BValue> want, int room, Key asker) throws RpcException {
        Answer answer = new Answer(new InetSocketAddress(from, 6881), target, want, room, asker);
        findNode.serve(answer);
        return answer;
    }

    private static Optional<BValue> want(BBytes... families) {
        return Optional.of(BList.of(families));
    }

    private List<Contact> contacts(String ip) {
        return IntStream.range(0, 60)
                .mapToObj(i -> new Contact(key(), new InetSocketAddress(String.format(ip, i + 1), 6881)))
                .toList();
    }

    private static TableSnapshot snapshot(List<Contact> contacts) {
        return new TableSnapshot(contacts.stream().sorted(Comparator.comparing(Contact::id)).toArray(Contact[]::new));
    }

    private static List<Contact> nearest(List<Contact> contacts, Key target, int count) {
        return contacts.stream()
                .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
                .limit(count)
                .toList();
    }

    private Key key() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Key.of(bytes);
    }

    /** A call with so much room, and what is put into it. */
    private static final class Answer implements DirectCall {
        private final InetSocketAddress from;
        private final Key target;
        private final Optional<BValue> want;
        private final Key asker;
        private final Map<String, byte[]> entries = new LinkedHashMap<>();
        private int room;

        Answer(InetSocketAddress from, Key target, Optional<BValue> want, int room, Key asker) {
            this.from = from;
            this.target = target;
            this.want = want;
            this.room = room;
            this.asker = asker;
        }

        List<Contact> nodes(String name) {
            return CompactNodes.decode(entries.getOrDefault(name, new byte[0]), ID_BYTES, name.endsWith("6"));
        }

        @Override
        public InetSocketAddress from() {
            return from;
        }

        @Override
        public Key callerId() {
            return asker;
        }

        @Override
        public Key key(BBytes name) {
            assertThat(name.utf8()).isEqualTo("target");
            return target;
        }

        @Override
        public Optional<BValue> argument(BBytes name) {
            assertThat(name.utf8()).isEqualTo("want");
            return want;
        }

        @Override
        public int room() {
            return room;
        }

        @Override
        public void put(BBytes name, byte[] bytes, int length) {
            String text = name.utf8();
            room -= text.length() + 2 + length + String.valueOf(length).length() + 1;
            entries.put(text, Arrays.copyOf(bytes, length));
        }
    }
}
