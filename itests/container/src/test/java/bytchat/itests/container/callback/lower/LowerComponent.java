package bytchat.itests.container.callback.lower;

import bytchat.itests.container.callback.contract.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Component;

/** Knows nobody above it: whoever wants to be called passes a handler down. */
@Component
public final class LowerComponent implements Endpoint {
    private final Map<String, UnaryOperator<String>> handlers = new ConcurrentHashMap<>();

    @Override
    public AutoCloseable handle(String method, UnaryOperator<String> handler) {
        handlers.put(method, handler);
        return () -> handlers.remove(method, handler);
    }

    @Override
    public String request(String method, String argument) {
        UnaryOperator<String> handler = handlers.get(method);
        return handler == null ? "204 method unknown" : handler.apply(argument);
    }
}
