package bytchat.discovery.lan.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.routing.RoutingPlane;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedNode;
import bytchat.transport.memory.SimulatedWorld;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanDiscoveryTest {
    private static final int PORT = 4_000;

    private final SimulatedWorld world = new SimulatedWorld(9);
    private final List<Member> members = new ArrayList<>();

    @Test
    void twoNodesHearOfEachOtherWithinSeconds() {
        Member a = member("bytchat");
        Member b = member("bytchat");
        world.run(Duration.ofSeconds(5));
        assertThat(a.suggested).containsExactly(b.contact());
        assertThat(b.suggested).containsExactly(a.contact());
    }

    @Test
    void aNewcomerIsGreetedAtOnceAndNotWithTheNextAnnouncement() {
        Member a = member("bytchat");
        a.known = 1;
        world.run(Duration.ofSeconds(60));
        Member late = member("bytchat");
        world.run(Duration.ofSeconds(5));
        assertThat(late.suggested).containsExactly(a.contact());
    }

    @Test
    void othersNetworksAndOtherHashesAreReadOver() {
        Member a = member("bytchat");
        Member b = member("another");
        Member open = member(null);
        world.run(Duration.ofMinutes(10));
        assertThat(List.of(a, b, open)).allSatisfy(member -> assertThat(member.suggested).isEmpty());
        assertThat((long) a.facts("of_other_networks")).isPositive();
    }

    @Test
    void whoKnowsOthersAnnouncesEveryFiveMinutesAndWhoIsAloneMoreOften() {
        Member alone = member("bytchat");
        Member busy = member("another");
        busy.known = 1;
        world.run(Duration.ofHours(1));
        assertThat(alone.sent).isBetween(96, 160);
        assertThat(busy.sent).isBetween(10, 16);
    }

    /** Threat: a thousand invented nodes, or a victim's address a thousand times. */
    @Test
    void aFloodOfAnnouncementsGetsFewNodesAskedAndFewAnswers() {
        Member victim = member("bytchat");
        world.run(Duration.ofSeconds(60));
        int sentBefore = victim.sent;
        int askedBefore = victim.suggested.size();
        flood(victim, 1_000);
        world.run(Duration.ofSeconds(10));
        assertThat(victim.suggested.size() - askedBefore).isLessThanOrEqualTo(LanSettings.HEARD_PER_MINUTE);
        assertThat(victim.sent - sentBefore).isLessThanOrEqualTo(2);
        assertThat((long) victim.facts("over_the_limit")).isGreaterThanOrEqualTo(1_000 - 2 * LanSettings.HEARD_PER_MINUTE);
    }

    @Test
    void twin_withoutTheLimitTheFloodIsAskedAfter() {
        Member victim = member("bytchat", new LanSettings(Duration.ofSeconds(300), Duration.ofSeconds(30), 1_000_000, 64));
        world.run(Duration.ofSeconds(60));
        flood(victim, 1_000);
        world.run(Duration.ofSeconds(10));
        assertThat(victim.suggested).hasSize(1_000);
    }

    @Test
    void aHundredNodesDoNotAllGreetANewcomer() {
        for (int i = 0; i < 100; i++) {
            member("bytchat").known = 1;
        }
        world.run(Duration.ofSeconds(200));
        int before = members.stream().mapToInt(member -> member.sent).sum();
        Member late = member("bytchat");
        late.known = 1;
        world.run(Duration.ofSeconds(4));
        assertThat(late.suggested).isNotEmpty();
        assertThat(members.stream().mapToInt(member -> member.sent).sum() - before).isLessThan(25);
    }

    @Test
    void garbageIsCountedAndNothingElse() {
        Member a = member("bytchat");
        for (String garbage : List.of("", "d", "de", "i1e", "d4:hash7:sha-512e", "d4:hash7:sha-5122:id0:4:porti1e1:vi1ee",
                "d4:hash7:sha-5122:id1:a4:porti0e1:vi1ee", "d4:hash7:sha-5122:id1:a4:porti65536e1:vi1ee",
                "d4:hash7:sha-5122:id1:a4:porti1e1:vi2ee")) {
            say(a, "10.0.0.99", garbage.getBytes());
        }
        world.run(Duration.ofSeconds(1));
        assertThat(a.facts("garbled")).isEqualTo(9L);
        assertThat(a.suggested).isEmpty();
    }

    @Test
    void whatIsSaidIsReadAsItWasSaid() {
        Announcement said = new Announcement("sha-1", Optional.of("bytchat"), 6_881, Key.of(new byte[20]));
        assertThat(Announcement.decode(said.encode())).isEqualTo(said);
        Announcement open = new Announcement("sha-512", Optional.empty(), 1, Key.of(new byte[64]));
        assertThat(Announcement.decode(open.encode())).isEqualTo(open);
    }

    @Test
    void itStops() {
        Member a = member("bytchat");
        world.run(Duration.ofSeconds(60));
        a.discovery.stop();
        world.run(Duration.ofSeconds(1));
        int sent = a.sent;
        member("bytchat");
        world.run(Duration.ofHours(1));
        assertThat(a.sent).isEqualTo(sent);
        assertThat(a.suggested).isEmpty();
    }

    private void flood(Member victim, int announcements) {
        for (int i = 0; i < announcements; i++) {
            byte[] id = new byte[64];
            id[0] = (byte) i;
            id[1] = (byte) (i >> 8);
            say(victim, "10.0.0.99", new Announcement("sha-512", Optional.of("bytchat"), PORT, Key.of(id)).encode());
        }
    }

    private void say(Member to, String from, byte[] datagram) {
        to.host.environment().loop().execute(() -> to.receiver.received(new InetSocketAddress(from, PORT).getAddress(), datagram));
    }

    private Member member(String network) {
        return member(network, LanSettings.DEFAULTS);
    }

    private Member member(String network, LanSettings settings) {
        Member member = new Member("10.0.0." + (1 + members.size()), network, settings);
        members.add(member);
        member.discovery.start();
        return member;
    }

    /** A node in a local network, where everybody hears everybody. */
    private final class Member implements LanGroup {
        private final SimulatedHost host;
        private final LocalNode local;
        private final LanDiscovery discovery;
        private final List<Contact> suggested = new ArrayList<>();
        private LanGroup.Receiver receiver = (from, datagram) -> { };
        private int sent;
        private int known;

        Member(String ip, String network, LanSettings settings) {
            host = world.host(ip, PORT);
            local = new SimulatedNode(host, SimulatedNode.keySpace(new Sha512(), Optional.ofNullable(network)), List.of());
            discovery = new LanDiscovery(host.environment(), local, routing(), this, settings);
        }

        Contact contact() {
            return new Contact(local.id(), host.address());
        }

        Object facts(String name) {
            return discovery.status().facts().get(name);
        }

        @SuppressWarnings("unchecked")
        private RoutingPlane routing() {
            return (RoutingPlane) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {RoutingPlane.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "suggest" -> suggested.addAll((List<Contact>) arguments[0]) ? null : null;
                        case "closest" -> known == 0 ? List.of() : List.of(contact());
                        default -> throw new AssertionError("unexpected " + method);
                    });
        }

        @Override
        public void send(byte[] datagram) {
            sent++;
            InetAddress from = host.address().getAddress();
            members.forEach(member -> member.host.environment().loop().execute(() -> member.receiver.received(from, datagram)));
        }

        @Override
        public Registration receive(Receiver next) {
            receiver = next;
            return () -> receiver = (from, datagram) -> { };
        }
    }
}
