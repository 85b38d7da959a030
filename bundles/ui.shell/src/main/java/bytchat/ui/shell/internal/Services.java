package bytchat.ui.shell.internal;

import java.util.List;
import java.util.Optional;

/** The node's services as they are while one command runs. Closing gives them back. */
public interface Services extends AutoCloseable {
    /** All of a type, the best first. */
    <T> List<T> all(Class<T> type);

    /** Those of one key space, the best first. */
    <T> List<T> all(Class<T> type, String keySpace);

    default <T> Optional<T> first(Class<T> type) {
        return all(type).stream().findFirst();
    }

    @Override
    void close();
}
