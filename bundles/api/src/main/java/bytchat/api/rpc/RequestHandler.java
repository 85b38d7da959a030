package bytchat.api.rpc;

import bytchat.api.bencode.BDict;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/** Serves one method, on the event loop. */
@ConsumerType
@FunctionalInterface
public interface RequestHandler {
    /**
     * @return completes with the result dictionary without {@code id}; failing with {@link RpcException} answers its code and
     *         text. A {@link bytchat.api.bencode.BencodeException}, thrown or failed with, answers 203; anything else 202
     *         without details
     */
    CompletionStage<BDict> handle(Request request);
}
