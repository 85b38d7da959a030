package bytchat.api.rpc;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Serves one method by datagram at once, from the bytes that came into the bytes that go: for the few methods that make up
 * nearly all traffic. Whatever needs more than memory is a {@link RequestHandler}.
 */
@ConsumerType
@FunctionalInterface
public interface DirectHandler {
    /**
     * Writes the result. Called on the event loop; the call's content is valid until it returns.
     *
     * @throws RpcException to answer its code and text. A {@link bytchat.api.bencode.BencodeException} answers 203; anything
     *                      else 202 without details
     */
    void serve(DirectCall call) throws RpcException;
}
