package bytchat.itests.simulation.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.routing.RoutingPlane.TableEntry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What tables are worth at one time, on average over some nodes.
 *
 * @param hours      virtual time since the network began
 * @param contacts   in a table
 * @param dead       share of them that cannot be reached: they live no more, or behind a NAT
 * @param missing    of the nodes truly nearest a node, the share that is not in its table
 * @param nodes      how many living nodes the network had
 */
public record TableQuality(double hours, double contacts, double dead, double missing, int nodes) {
    /** Who has come later than this before is not missed yet. */
    static final Duration GROWN_UP = Duration.ofMinutes(5);

    static TableQuality sample(RoutingNetwork network, int samples) {
        int neighbours = network.options().settings().bucketSize();
        long contacts = 0;
        long dead = 0;
        long near = 0;
        long missing = 0;
        for (int i = 0; i < samples; i++) {
            RoutingNode node = network.anyone(GROWN_UP).orElse(null);
            if (node == null) {
                continue;
            }
            Set<Contact> table = node.kademlia().table().stream().map(TableEntry::contact).collect(Collectors.toSet());
            contacts += table.size();
            dead += table.stream().filter(contact -> !network.oracle().reachable(contact)).count();
            List<RoutingNode> nearest = network.oracle().nearest(node.contact().id(), neighbours,
                    other -> other != node && other.reachable() && network.hasLivedFor(other, GROWN_UP));
            near += nearest.size();
            missing += nearest.stream().filter(other -> !table.contains(other.contact())).count();
        }
        return new TableQuality(network.world().nanoTime() / 3.6e12, (double) contacts / samples,
                contacts == 0 ? 0 : (double) dead / contacts, near == 0 ? 0 : (double) missing / near,
                network.oracle().living().size());
    }
}
