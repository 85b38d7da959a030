package bytchat.itests.simulation.routing;

import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import bytchat.transport.memory.SimulationOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A network that only routes, and what happens to it.
 *
 * @param seed      all chance comes from it
 * @param nodes     that live at any time, hostile and NATed ones included
 * @param network   name of a messaging network, where ids must fit addresses; empty for an open one, which speaks plain BEP 5
 * @param start     whether everybody joins ({@code COLD}), or begins with the table it would have by now ({@code WARM})
 * @param sessions  how long honest nodes stay; whoever leaves does so without a word, and another comes
 * @param returning share of those who come that were here before: they have their old id, address and saved contacts
 * @param dead      share of contacts in the tables of a warm start that live no more, 0 to below 1
 * @param nat       share of nodes that only those reach whom they spoke to within {@link RoutingNetwork#NAT_MAPPING}
 * @param hostile   share of nodes that are hostile; they do not leave, which is worse
 * @param wire      loss, delays, duplication, reordering
 * @param settings  of every honest node
 * @param defences  of every honest node
 * @param settle    virtual time between the start and the first lookup
 * @param time      virtual time in which the lookups are made, evenly
 * @param lookups   of random keys by random honest nodes, for each number of paths
 * @param paths     numbers of disjoint paths to look each key up by; 0: as many as a node does by default
 */
public record RoutingOptions(
        long seed,
        int nodes,
        Optional<String> network,
        Start start,
        Sessions sessions,
        double returning,
        double dead,
        double nat,
        double hostile,
        SimulationOptions wire,
        KademliaSettings settings,
        KademliaDefences defences,
        Duration settle,
        Duration time,
        int lookups,
        List<Integer> paths) {

    /** Round trips between random hosts of the Internet, half of them shorter. */
    public static final Duration ROUND_TRIP_MEDIAN = Duration.ofMillis(100);

    /** 1,000 nodes of an open network that stay, on a wide-area network that loses one datagram in a hundred. */
    public static final RoutingOptions DEFAULTS = new RoutingOptions(
            1, 1_000, Optional.empty(), Start.WARM, Sessions.ENDLESS, 0.5, 0, 0, 0,
            SimulationOptions.CLEAN.withLoss(0.01).withWideArea(ROUND_TRIP_MEDIAN), KademliaSettings.DEFAULTS,
            KademliaDefences.ALL, Duration.ZERO, Duration.ofMinutes(2), 1_000, List.of(0));

    public RoutingOptions {
        for (double share : new double[] {returning, dead, nat, hostile}) {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("shares are between 0 and 1, not " + share);
            }
        }
        if (nodes < 2 || dead == 1 || nat + hostile >= 1 || lookups < 0 || paths.isEmpty() || settle.isNegative() || time.isNegative()) {
            throw new IllegalArgumentException("not a network in which something can be found");
        }
    }

    /** Anything that a network should get over, by the seed. */
    public static RoutingOptions swarm(long seed, int nodesMax) {
        Random chance = new Random(seed);
        return DEFAULTS.withSeed(seed)
                .withNodes(20 + chance.nextInt(nodesMax - 19))
                .withNetwork(chance.nextBoolean() ? Optional.of("simulation") : Optional.empty())
                .withStart(chance.nextInt(4) == 0 ? Start.COLD : Start.WARM)
                .withSessions(chance.nextBoolean() ? Sessions.IPFS : Sessions.ENDLESS)
                .withDead(chance.nextBoolean() ? 0.5 * chance.nextDouble() : 0)
                .withNat(chance.nextBoolean() ? 0.3 * chance.nextDouble() : 0)
                .withWire(new SimulationOptions(
                        0.05 * chance.nextDouble(), Duration.ZERO, Duration.ofMillis(100), 0.05 * chance.nextDouble(),
                        0.1 * chance.nextDouble(), Duration.ZERO,
                        Duration.ofMillis(chance.nextBoolean() ? 20 + chance.nextInt(200) : 0)))
                .withTime(Duration.ofMinutes(2 + chance.nextInt(30)))
                .withLookups(100)
                .withPaths(List.of(1 + chance.nextInt(8)));
    }

    public RoutingOptions withSeed(long other) {
        return new RoutingOptions(other, nodes, network, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withNodes(int other) {
        return new RoutingOptions(seed, other, network, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withNetwork(Optional<String> other) {
        return new RoutingOptions(seed, nodes, other, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withStart(Start other) {
        return new RoutingOptions(seed, nodes, network, other, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withSessions(Sessions other) {
        return new RoutingOptions(seed, nodes, network, start, other, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withDead(double share) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, share, nat, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withNat(double share) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, share, hostile, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withHostile(double share) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, share, wire, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withWire(SimulationOptions other) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, hostile, other, settings, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withSettings(KademliaSettings other) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, hostile, wire, other, defences,
                settle, time, lookups, paths);
    }

    public RoutingOptions withTime(Duration other) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, other, lookups, paths);
    }

    public RoutingOptions withLookups(int number) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, number, paths);
    }

    public RoutingOptions withPaths(List<Integer> numbers) {
        return new RoutingOptions(seed, nodes, network, start, sessions, returning, dead, nat, hostile, wire, settings, defences,
                settle, time, lookups, numbers);
    }
}
