package bytchat.store.xodus.internal;

import bytchat.api.store.MetaStore;
import bytchat.tck.MetaStoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class XodusMetaStoreTest extends MetaStoreContract {
    @TempDir
    Path data;

    private int opened;

    @Override
    protected MetaStore open(TestEnvironment environment, int recordsMax) {
        return new XodusMetaStore(environment, TestOptions.in(data, "meta" + opened++), recordsMax, 64L * 1024 * 1024);
    }

    @Override
    protected void close(MetaStore store) {
        ((XodusMetaStore) store).close();
    }
}
