package bytchat.api.rpc;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Contact;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * KRPC (BEP 5) on datagrams and links. It adds {@code id} to arguments and results, {@code v}, {@code ip}, {@code ro} and
 * {@code nw}, and refuses other networks with 409. Service property {@code bytchat.keyspace}. Used on the event loop.
 */
@ProviderType
public interface RpcEndpoint {
    /**
     * Asks by datagram.
     *
     * @return completes on the event loop with the result dictionary {@code r}; fails there with {@link RpcException}
     */
    CompletionStage<Answer> query(InetSocketAddress to, String method, BDict arguments);

    /** As {@link #query(InetSocketAddress, String, BDict)}; an answer under another id fails with {@link RpcException.Kind#WRONG_NODE}. */
    CompletionStage<Answer> query(Contact to, String method, BDict arguments);

    /**
     * The shared link to a node, opened if there is none; to this node itself, {@link #self()}.
     *
     * @return completes on the event loop with a peer whose key has proven the contact's id; fails there with
     *         {@link bytchat.api.transport.LinkException}
     */
    CompletionStage<Peer> connect(Contact to);

    /**
     * The shared link to the node of a key whose id is not known, opened at the address if there is none; to this node itself,
     * {@link #self()}.
     *
     * @return completes on the event loop with a peer that has proven the node key; fails there with
     *         {@link bytchat.api.transport.LinkException}
     */
    CompletionStage<Peer> connect(byte[] nodeKey, InetSocketAddress address);

    /**
     * Dials an address whatever node it is, for a dial-back; a new link every time, which the caller closes.
     *
     * @return as {@link #connect}
     */
    CompletionStage<Peer> dial(InetSocketAddress to);

    /** This node as its own peer: calls reach the same handlers. */
    Peer self();

    /** The open links, newest first. */
    List<Peer> peers();

    /**
     * Serves a method. The last registration of a method and carrier wins, until closed: a bundle's successor is registered
     * before it leaves. Methods nobody serves answer 204. This and the listeners may be registered from any thread.
     */
    Registration handle(String method, Carrier carrier, RequestHandler handler);

    /** Serves a method by datagram without detour. As long as it is registered, it goes before any {@link RequestHandler}. */
    Registration handle(String method, DirectHandler handler);

    /** Called on the event loop for each node that answers a query of ours, or asks us something, by datagram. */
    Registration onContact(ContactListener listener);

    /** Called on the event loop with every link that opens, in either direction; an inbound one once its id is proven. */
    Registration onPeer(Consumer<Peer> listener);

    /** What an answer by datagram brought. */
    record Answer(Contact from, BDict result, long roundTripNanos) {
    }

    /** Hears of contacts. */
    @FunctionalInterface
    interface ContactListener {
        /**
         * @param contact  the claimed id at the observed address
         * @param answered true if it answered a query of ours, so its address is real; false if it only asked
         * @param readOnly it asked not to be put into tables (BEP 43)
         */
        void heard(Contact contact, boolean answered, boolean readOnly);
    }
}
