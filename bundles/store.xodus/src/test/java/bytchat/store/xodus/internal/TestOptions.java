package bytchat.store.xodus.internal;

import java.nio.file.Path;
import java.security.SecureRandom;

/** Options as the node has them, but with no reserve: a test's disk may be small. */
final class TestOptions {
    private TestOptions() {
    }

    static DiskOptions in(Path data, String name) {
        return DiskOptions.of(data, name, "", 0, new SecureRandom());
    }
}
