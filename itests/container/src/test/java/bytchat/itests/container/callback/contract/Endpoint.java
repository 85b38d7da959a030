package bytchat.itests.container.callback.contract;

import java.util.function.UnaryOperator;

/** What the lower bundle offers: an endpoint that takes handlers, as {@code RpcEndpoint} does. */
public interface Endpoint {
    /** Registers a handler until the result is closed. */
    AutoCloseable handle(String method, UnaryOperator<String> handler);

    /** Stands for a request from the network. */
    String request(String method, String argument);
}
