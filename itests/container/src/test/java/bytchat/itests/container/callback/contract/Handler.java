package bytchat.itests.container.callback.contract;

/** The other way round, which does not work: handlers as services that the endpoint finds. */
public interface Handler {
    String handle(String argument);
}
