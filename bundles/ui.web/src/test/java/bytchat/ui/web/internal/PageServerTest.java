package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.env.Registration;
import bytchat.api.messaging.Messenger;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** How a page's server ends. */
class PageServerTest {
    private static final int PATIENCE_MILLIS = 10_000;

    /** A browser asks the next server on a connection to this one otherwise, and nobody reads what it asks. */
    @Test
    void aConnectionEndsWithTheServerAlsoWhenItsThreadIsToldToEndDuringATask() throws Exception {
        TestPage page = new TestPage();
        try (Socket browser = new Socket(page.server.address().getAddress(), page.server.address().getPort())) {
            browser.setSoTimeout(PATIENCE_MILLIS);
            InputStream answer = browser.getInputStream();
            browser.getOutputStream().write("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(answer.read()).isEqualTo('H');
            assertThat(page.server.facts()).containsEntry("connections", 2); // the other is that of the login

            Thread closer = new Thread(page.server::close, "closer");
            page.server.add(leftBehindUntil(closer));
            closer.start();
            assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII)).startsWith("TTP/1.1 ");
            closer.join(PATIENCE_MILLIS);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    /** One whose listeners go, which is a task of the server's thread, only once who closes the server waits for that thread's end. */
    private static Messenger leftBehindUntil(Thread closer) {
        Messenger other = new ScriptedMessenger("Carol", 'c');
        Registration registration = () -> {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (closer.getState() != Thread.State.TIMED_WAITING && System.nanoTime() < until) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        };
        return (Messenger) Proxy.newProxyInstance(Messenger.class.getClassLoader(), new Class<?>[] {Messenger.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "onMessage" -> registration;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> method.invoke(other, arguments);
                });
    }
}
