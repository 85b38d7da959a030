package bytchat.api.plane;

import bytchat.api.bencode.BDict;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Another device of the same account, on a link whose far end has proven to be it: the node key by TLS, the device by its certificate and by
 * a signature over a challenge. Both sides get one of the other. Used on the event loop.
 */
@ConsumerType
public interface Sibling {
    /** SHA-512/256 of its device key, 32 bytes. */
    byte[] deviceId();

    /**
     * Asks it something.
     *
     * @param question at most {@link #BYTES_MAX} bytes in canonical form
     * @return completes on the event loop with what its {@link #answer handler} said; fails with
     *         {@link bytchat.api.rpc.RpcException} if it refuses, the link ends or 30 s have passed
     */
    CompletionStage<BDict> ask(BDict question);

    /** Who answers what it asks, from now on; until then its questions are refused with 401 and it may ask again. */
    void answer(Function<BDict, CompletionStage<BDict>> handler);

    /** Completes on the event loop when the link has ended. */
    CompletionStage<Void> closed();

    /** Bytes of one question or answer in canonical form. */
    int BYTES_MAX = 96 * 1024;
}
