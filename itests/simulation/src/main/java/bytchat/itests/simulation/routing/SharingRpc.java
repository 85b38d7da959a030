package bytchat.itests.simulation.routing;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.RpcException;
import bytchat.api.transport.DatagramTransport;
import bytchat.api.transport.LinkTransport;
import bytchat.rpc.internal.Rpc;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The production RPC, but what routing hears of one node is one object in all tables of the simulation: 100,000 tables of 120 copies each
 * would not fit. For {@link WarmStart} it can tell routing that somebody has answered, and while the network rehearses nothing is sent:
 * the first {@value #REHEARSED_MAX} that are asked answer after their round trips that they know no news, and then there is no asking. So a
 * node that begins with a table does not join all the same, and knows round trips.
 */
final class SharingRpc extends Rpc {
    private static final int REHEARSED_MAX = 32;

    private final Environment environment;
    private final RoutingNetwork network;
    private final InetSocketAddress here;
    private final List<ContactListener> listeners = new ArrayList<>(1);
    private int rehearsed;

    SharingRpc(RoutingNetwork network, Environment environment, LocalNode local, DatagramTransport datagrams, LinkTransport links) {
        super(environment, local, datagrams, links);
        this.environment = environment;
        this.network = network;
        this.here = datagrams.local();
    }

    @Override
    public CompletionStage<Answer> query(Contact to, String method, BDict arguments) {
        if (!network.rehearses()) {
            return super.query(to, method, arguments);
        }
        if (++rehearsed > REHEARSED_MAX) {
            return CompletableFuture.failedFuture(RpcException.failed(RpcException.Kind.BUSY, "the network has not begun yet"));
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        long roundTripNanos = network.world().roundTripNanos(here, to.address());
        environment.loop().schedule(
                Duration.ofNanos(roundTripNanos), () -> answer.complete(new Answer(to, BDict.EMPTY, roundTripNanos)));
        return answer;
    }

    @Override
    public Registration onContact(ContactListener listener) {
        ContactListener sharing =
                (contact, answered, readOnly) -> listener.heard(network.shared(contact), answered, readOnly);
        listeners.add(sharing);
        Registration registration = super.onContact(sharing);
        return () -> {
            listeners.remove(sharing);
            registration.close();
        };
    }

    /** As if this contact had just answered. */
    void answeredBefore(Contact contact) {
        listeners.forEach(listener -> listener.heard(contact, true, false));
    }
}
