package bytchat.itests.container.callback.contract;

/** An endpoint that looks its handlers up in the service registry. */
public interface WhiteboardEndpoint {
    int handlers();
}
