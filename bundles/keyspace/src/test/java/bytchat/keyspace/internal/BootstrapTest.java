package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.runtime.internal.NodeRuntime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private final NodeRuntime runtime = new NodeRuntime(1, 16);
    private final BlockingQueue<List<InetSocketAddress>> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void literalsAreThereAtOnceAndNamesFollowOffTheLoop() throws Exception {
        InetAddress resolved = InetAddress.getByName("192.0.2.7");
        Bootstrap bootstrap = new Bootstrap(runtime, host -> {
            assertThat(runtime.loop().inLoop()).isFalse();
            assertThat(host).isEqualTo("node.example");
            return resolved;
        }, List.of(HostPort.parse("node.example:2", 1), HostPort.parse("192.0.2.1:1", 1)), told::add);
        InetSocketAddress literal = new InetSocketAddress("192.0.2.1", 1);
        assertThat(told.poll(10, TimeUnit.SECONDS)).containsExactly(literal);
        assertThat(told.poll(10, TimeUnit.SECONDS)).containsExactly(literal, new InetSocketAddress(resolved, 2));
        bootstrap.close();
    }
}
