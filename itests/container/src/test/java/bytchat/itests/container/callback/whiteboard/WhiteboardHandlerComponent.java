package bytchat.itests.container.callback.whiteboard;

import bytchat.itests.container.callback.contract.Handler;
import bytchat.itests.container.callback.contract.WhiteboardEndpoint;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** A handler that refers back to the endpoint that finds it. */
@Component
public final class WhiteboardHandlerComponent implements Handler {
    private final WhiteboardEndpoint endpoint;

    @Activate
    public WhiteboardHandlerComponent(@Reference WhiteboardEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public String handle(String argument) {
        return argument + endpoint.handlers();
    }
}
