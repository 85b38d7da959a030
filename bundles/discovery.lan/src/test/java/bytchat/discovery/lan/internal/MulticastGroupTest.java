package bytchat.discovery.lan.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.env.EventLoop;
import bytchat.api.env.Registration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real multicast, on the loopback interface only. */
class MulticastGroupTest {
    private static final InetSocketAddress GROUP = new InetSocketAddress("239.192.66.121", 46_772);

    private final List<String> loopback = List.of(loopback());
    private final EventLoop direct = new EventLoop() {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Registration schedule(Duration delay, Runnable task) {
            throw new AssertionError("no timers here");
        }

        @Override
        public boolean inLoop() {
            return true;
        }
    };

    @Test
    void whatOneSendsAllHear() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (MulticastGroup one = new MulticastGroup(GROUP, loopback, direct);
                MulticastGroup other = new MulticastGroup(GROUP, loopback, direct)) {
            one.receive((from, datagram) -> heard.add("one: " + new String(datagram)));
            other.receive((from, datagram) -> heard.add("other: " + new String(datagram)));
            one.send("hello".getBytes());
            assertThat(new String[] {heard.poll(10, TimeUnit.SECONDS), heard.poll(10, TimeUnit.SECONDS)})
                    .containsExactlyInAnyOrder("one: hello", "other: hello");
            assertThat(one.interfaceNames()).isEqualTo(loopback);
        }
    }

    @Test
    void whatCannotBeIsSaid() {
        assertThatThrownBy(() -> new MulticastGroup(GROUP, List.of("nonsense0"), direct)).isInstanceOf(IOException.class)
                .hasMessage("there is no network interface nonsense0");
        for (String wrong : new String[] {"", "239.1.2.3", "10.0.0.1:4000", "239.1.2.3:0", "239.1.2.3:x"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> LanComponent.group(wrong)).withMessageContaining("group: '" + wrong);
        }
        assertThat(LanComponent.group("239.192.66.121:6772")).isEqualTo(new InetSocketAddress("239.192.66.121", 6_772));
    }

    private static String loopback() {
        try {
            return NetworkInterface.networkInterfaces().filter(one -> {
                try {
                    return one.isLoopback();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).findFirst().orElseThrow().getName();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
