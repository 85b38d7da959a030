package bytchat.api.keyspace;

import bytchat.api.env.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * This node as others see it in one key space. Service property {@link KeySpace#PROPERTY}. Used on the event loop;
 * {@link #id()}, {@link #endpoint()} and {@link #readOnly()} may be read from any thread.
 */
@ProviderType
public interface LocalNode {
    KeySpace keySpace();

    NodeKey nodeKey();

    /** The node id in use now. It changes when the address that others see changes (BEP 42). */
    Key id();

    /**
     * Where this node listens: one concrete port for datagrams and links. A configured port 0 has been replaced by a free
     * one, which is remembered over restarts.
     */
    InetSocketAddress listen();

    /** Where others reach this node, as far as is known: the listening port at the observed, else the listening, address. */
    InetSocketAddress endpoint();

    /**
     * An answer's {@code ip}: what {@code voter} sees as our address. Votes of distinct voter addresses decide, so that one
     * liar cannot move our id.
     */
    void observed(InetAddress voter, InetSocketAddress seen);

    /** Others' addresses to join by, from configuration; never a public default. At most 64. */
    List<InetSocketAddress> bootstrap();

    /**
     * Whether this node only uses the network (BEP 43 {@code ro}): true until reachability is proven when configured
     * {@code auto}.
     */
    boolean readOnly();

    /** Somebody has reached us from outside: an inbound link, or a dial-back that succeeded. */
    void reached();

    /** Called on the event loop after the id or read-only state changed. Closing the registration ends it. */
    Registration onChange(Runnable listener);

    /** Whether {@code id} is one that {@code nodeKey} may have at {@code address}: on a link that is proof. */
    boolean mayHave(byte[] nodeKey, InetAddress address, Key id);
}
