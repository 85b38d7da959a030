package bytchat.store.memory.internal;

import bytchat.api.store.ChatStore;
import bytchat.tck.ChatStoreContract;
import bytchat.tck.TestEnvironment;

class MemoryChatStoreTest extends ChatStoreContract {
    @Override
    protected ChatStore open(TestEnvironment environment, int recordsMax) {
        return new MemoryChatStore(environment, recordsMax);
    }

    @Override
    protected void close(ChatStore store) {
        // nothing of it outlives the test
    }
}
