package bytchat.itests.container.callback.contract;

/** What the upper bundle offers to those above it. */
public interface Upper {
    int handled();
}
