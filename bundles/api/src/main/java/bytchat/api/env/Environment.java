package bytchat.api.env;

import java.security.SecureRandom;
import org.osgi.annotation.versioning.ProviderType;

/** What protocol classes take from outside instead of having their own. One service per node. */
@ProviderType
public interface Environment {
    Clock clock();

    EventLoop loop();

    WorkerPool workers();

    /** Randomness; in the simulation it is seeded. */
    SecureRandom random();
}
