package bytchat.store.xodus.internal;

import bytchat.api.store.MailboxStore;
import bytchat.tck.MailboxStoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class XodusMailboxStoreTest extends MailboxStoreContract {
    @TempDir
    Path data;

    private int opened;

    @Override
    protected MailboxStore open(TestEnvironment environment, int recordsMax) {
        return new XodusMailboxStore(environment, TestOptions.in(data, "mailbox" + opened++), recordsMax,
                64L * 1024 * 1024);
    }

    @Override
    protected void close(MailboxStore store) {
        ((XodusMailboxStore) store).close();
    }
}
