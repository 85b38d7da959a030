package bytchat.store.memory.internal;

import bytchat.api.store.MailboxStore;
import bytchat.tck.MailboxStoreContract;
import bytchat.tck.TestEnvironment;

class MemoryMailboxStoreTest extends MailboxStoreContract {
    @Override
    protected MailboxStore open(TestEnvironment environment, int recordsMax) {
        return new MemoryMailboxStore(environment, recordsMax, 64L * 1024 * 1024);
    }

    @Override
    protected void close(MailboxStore store) {
        // nothing of it outlives the test
    }
}
