package bytchat.routing.fixed.internal;

import bytchat.api.env.Environment;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.tck.RoutingPlaneContract;
import java.net.InetSocketAddress;
import java.util.List;

/** The fixed list is a routing plane. */
class FixedRoutingContractTest extends RoutingPlaneContract {
    @Override
    protected Opened open(Environment environment, LocalNode local, RpcEndpoint rpc, List<InetSocketAddress> others) {
        FixedRouting routing = new FixedRouting(environment, local, rpc, FixedSettings.of(others));
        routing.start();
        return new Opened(routing, routing::stop);
    }
}
