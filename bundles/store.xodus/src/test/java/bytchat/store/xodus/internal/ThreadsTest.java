package bytchat.store.xodus.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.store.MetaStore.StoredMeta;
import bytchat.api.keyspace.Key;
import bytchat.tck.StoreContract;
import bytchat.tck.TestEnvironment;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadsTest {
    @TempDir
    Path data;

    /** The twin is in the test: while the bundle runs, Xodus has threads of its own; afterwards there are none. */
    @Test
    void noThreadOfXodusOutlivesTheBundle() {
        use("first");
        assertThat(threads()).anyMatch(name -> name.contains("exodus"));
        new XodusActivator().stop(null);
        assertThat(threads()).noneMatch(name -> name.contains("exodus"));
    }

    @Test
    void aBundleThatWasStoppedCanBeStartedAgain() {
        use("first");
        new XodusActivator().stop(null);
        use("first");
        new XodusActivator().stop(null);
        assertThat(threads()).noneMatch(name -> name.contains("exodus"));
    }

    private void use(String name) {
        try (TestEnvironment environment = new TestEnvironment();
                XodusMetaStore store = new XodusMetaStore(environment, TestOptions.in(data, name), 10, 1 << 20)) {
            StoreContract.await(store.put(new StoredMeta("default", Key.of(new byte[64]), 1, 2, new byte[3])));
            assertThat(StoreContract.await(store.get("default", Key.of(new byte[64])))).isPresent();
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive)
                .map(thread -> thread.getName().toLowerCase(java.util.Locale.ROOT)).collect(Collectors.toSet());
    }
}
