package bytchat.store.memory.internal;

import bytchat.api.store.TrackerStore;
import bytchat.tck.TrackerStoreContract;
import bytchat.tck.TestEnvironment;

class MemoryTrackerStoreTest extends TrackerStoreContract {
    @Override
    protected TrackerStore open(TestEnvironment environment, int recordsMax) {
        return new MemoryTrackerStore(environment, recordsMax);
    }

    @Override
    protected void close(TrackerStore store) {
        // nothing of it outlives the test
    }
}
