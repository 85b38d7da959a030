package bytchat.api.env;

/** Something that was registered or scheduled. Closing it once more does nothing. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
