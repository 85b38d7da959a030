package bytchat.itests.simulation;

import static bytchat.itests.simulation.People.assertShownOnce;
import static bytchat.itests.simulation.People.meet;
import static bytchat.itests.simulation.People.say;
import static bytchat.itests.simulation.People.send;
import static bytchat.itests.simulation.People.stateOf;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.routing.LookupResult;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.transport.memory.SimulationOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holders, mailboxes and messengers on a routing plane that is no Kademlia, and know nothing of it. */
class FixedRoutingTripTest {
    private static final int NODES = 6;
    private static final List<InetSocketAddress> LIST = IntStream.range(0, NODES).mapToObj(SimNetwork::address).toList();

    static Stream<HashAlgorithm> hashes() {
        return Stream.of(new Sha1(), new Sha512());
    }

    @ParameterizedTest
    @MethodSource("hashes")
    void mailForSomebodyAwayWaitsInANetworkOfSixListedNodes(HashAlgorithm hash) {
        SimNetwork.run(61, SimulationOptions.CLEAN, hash, NodeParts.PlaneMaker.fixed(LIST), network -> {
            SimNode alice = network.person("alice");
            network.grow(4);
            SimNode bob = network.person("bob");
            meet(network, alice, bob);
            say(network, alice, "bob", "hello");
            assertThat(network.on(alice, () -> alice.parts().routing().lookup(network.key("any"), 3)))
                    .isInstanceOf(LookupResult.Converged.class)
                    .extracting(LookupResult::nearest).isEqualTo(network.nearest(network.key("any"), 4).stream()
                            .filter(contact -> !contact.equals(alice.contact())).limit(3).toList());

            bob.crash();
            MessageView sent = send(network, alice, "bob", "are you there?");
            network.until("stored", () -> stateOf(network, alice, sent).startsWith("stored"), Duration.ofMinutes(5));
            alice.restart();
            bob.restart();
            network.until("delivered", () -> stateOf(network, alice, sent).equals("delivered"), Duration.ofMinutes(30));
            assertShownOnce(network, bob, List.of("hello", "are you there?"));
        });
    }
}
