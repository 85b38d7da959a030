package bytchat.store.xodus.internal;

import bytchat.api.store.ChatStore;
import bytchat.tck.ChatStoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class XodusChatStoreTest extends ChatStoreContract {
    @TempDir
    Path data;

    private int opened;

    @Override
    protected ChatStore open(TestEnvironment environment, int recordsMax) {
        return new XodusChatStore(environment, TestOptions.in(data, "chat" + opened++), recordsMax);
    }

    @Override
    protected void close(ChatStore store) {
        ((XodusChatStore) store).close();
    }
}
