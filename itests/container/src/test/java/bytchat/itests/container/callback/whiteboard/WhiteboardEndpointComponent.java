package bytchat.itests.container.callback.whiteboard;

import bytchat.itests.container.callback.contract.Handler;
import bytchat.itests.container.callback.contract.WhiteboardEndpoint;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Looks upwards for its handlers: the shape that the house forbids. */
@Component
public final class WhiteboardEndpointComponent implements WhiteboardEndpoint {
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private final List<Handler> handlers = new CopyOnWriteArrayList<>();

    @Override
    public int handlers() {
        return handlers.size();
    }
}
