package bytchat.itests.simulation;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.transport.memory.SimulationOptions;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A simulated network of whole nodes. All but the first join by the first. */
public final class SimNetwork {
    private static final int PORT = 4_000;

    private final SimulatedWorld world;
    private final HashAlgorithm hash;
    private final NodeParts.PlaneMaker planes;
    private final List<SimNode> nodes = new ArrayList<>();

    private SimNetwork(long seed, SimulationOptions options, HashAlgorithm hash, NodeParts.PlaneMaker planes) {
        this.world = new SimulatedWorld(seed, options);
        this.hash = hash;
        this.planes = planes;
    }

    /**
     * Runs a scenario. If it fails, the failure says how to repeat it.
     *
     * @return the network as the scenario left it
     */
    public static SimNetwork run(
            long seed, SimulationOptions options, HashAlgorithm hash, Consumer<SimNetwork> scenario) {
        return run(seed, options, hash, NodeParts.PlaneMaker.KADEMLIA, scenario);
    }

    /** The same on another routing plane. */
    public static SimNetwork run(
            long seed, SimulationOptions options, HashAlgorithm hash, NodeParts.PlaneMaker planes, Consumer<SimNetwork> scenario) {
        SimNetwork network = new SimNetwork(seed, options, hash, planes);
        try {
            scenario.accept(network);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("simulation failed: " + hash.name() + ", " + network.world.describe() + ": "
                    + e.getMessage(), e);
        }
        return network;
    }

    public SimulatedWorld world() {
        return world;
    }

    public HashAlgorithm hash() {
        return hash;
    }

    NodeParts.PlaneMaker planes() {
        return planes;
    }

    /** Where the node of this number, from 0 on, is or will be. */
    public static InetSocketAddress address(int number) {
        return new InetSocketAddress(ip(number), PORT);
    }

    private static String ip(int number) {
        return "10.0." + number / 250 + "." + (1 + number % 250);
    }

    public List<SimNode> nodes() {
        return nodes;
    }

    /** A node that belongs to nobody. */
    public SimNode node() {
        return add(Optional.empty(), Optional.empty());
    }

    /** A node with an account of this name. */
    public SimNode person(String name) {
        return add(Optional.of(name), Optional.empty());
    }

    /** Another node of the same person, who has imported the account there. */
    public SimNode furtherDevice(String name, SimNode of) {
        byte[] exported = world.await(of.person().export(), Duration.ofMinutes(1));
        return add(Optional.of(name), Optional.of(exported));
    }

    private SimNode add(Optional<String> person, Optional<byte[]> exported) {
        int number = nodes.size();
        List<InetSocketAddress> bootstrap = number == 0 ? List.of() : List.of(nodes.get(0).host().address());
        SimNode node = new SimNode(this, ip(number), PORT, bootstrap, person, exported).start();
        nodes.add(node);
        return node;
    }

    /** So many nodes, started one after the other, and the time they need to know each other. */
    public void grow(int count) {
        for (int i = 0; i < count; i++) {
            node();
            world.run(Duration.ofMillis(300));
        }
        world.run(Duration.ofSeconds(30));
    }

    public Key key(String text) {
        return Key.of(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The truth: the living nodes nearest the key that are no mere readers, nearest first. */
    public List<Contact> nearest(Key key, int count) {
        return nodes.stream()
                .filter(node -> node.host().alive() && !node.parts().local().readOnly())
                .map(SimNode::contact)
                .sorted((a, b) -> key.compareDistance(a.id(), b.id()))
                .limit(count)
                .toList();
    }

    public SimNode at(Contact contact) {
        return nodes.stream().filter(node -> node.contact().equals(contact)).findFirst().orElseThrow();
    }

    /** Runs the task on the node's loop, and the world until it is done. */
    public <T> T on(SimNode node, Supplier<? extends CompletionStage<T>> task) {
        return world.await(node.call(task), Duration.ofMinutes(5));
    }

    /** Runs the world until the condition holds. */
    public void until(String what, BooleanSupplier condition, Duration limit) {
        if (!world.runUntil(condition, limit)) {
            throw new AssertionError("not within " + limit + ": " + what);
        }
    }
}
