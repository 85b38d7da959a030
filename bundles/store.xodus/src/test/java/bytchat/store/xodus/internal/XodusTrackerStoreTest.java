package bytchat.store.xodus.internal;

import bytchat.api.store.TrackerStore;
import bytchat.tck.TrackerStoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class XodusTrackerStoreTest extends TrackerStoreContract {
    @TempDir
    Path data;

    private int opened;

    @Override
    protected TrackerStore open(TestEnvironment environment, int recordsMax) {
        return new XodusTrackerStore(environment, TestOptions.in(data, "tracker" + opened++), recordsMax);
    }

    @Override
    protected void close(TrackerStore store) {
        ((XodusTrackerStore) store).close();
    }
}
