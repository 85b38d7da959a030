package bytchat.store.memory.internal;

import bytchat.api.store.MetaStore;
import bytchat.tck.MetaStoreContract;
import bytchat.tck.TestEnvironment;

class MemoryMetaStoreTest extends MetaStoreContract {
    @Override
    protected MetaStore open(TestEnvironment environment, int recordsMax) {
        return new MemoryMetaStore(environment, recordsMax, 64L * 1024 * 1024);
    }

    @Override
    protected void close(MetaStore store) {
        // nothing of it outlives the test
    }
}
