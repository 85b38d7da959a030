package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.tck.RoutingPlaneContract;
import java.net.InetSocketAddress;
import java.util.List;

/** Kademlia is a routing plane; it joins by the first node alone. */
class KademliaContractTest extends RoutingPlaneContract {
    @Override
    protected Opened open(Environment environment, LocalNode local, RpcEndpoint rpc, List<InetSocketAddress> others) {
        Kademlia kademlia = new Kademlia(environment, local, rpc);
        kademlia.start();
        return new Opened(kademlia, kademlia::stop);
    }
}
