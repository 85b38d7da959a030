package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take their time, in virtual time. */
class HttpConnectionTest {
    private static final String REQUEST = "GET /nothing HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n";

    private final Sessions sessions = new Sessions(TestPage.KEY, new SecureRandom(), () -> 0);
    private final Gate gate = new Gate(1, sessions, EnumSet.allOf(Defence.class));
    private final Router router = new Router();
    private final Site site = new Site(gate, router, new RateLimit(10, () -> 0), new RateLimit(10, () -> 0));
    private final Feed feed = new Feed(Runnable::run, 1, "e", "1");
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new HttpServerCodec(), new HttpConnection.Bodies(gate), new HttpConnection(site, feed));

    @BeforeEach
    void stopTheClock() {
        channel.freezeTime();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private String answer() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            text.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return text.toString();
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Test
    void whoSaysNothingIsCutOff() {
        pass(9);
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoDribblesIsCutOffAsWell() {
        for (int second = 0; second < 9; second++) {
            send(REQUEST.substring(second, second + 1));
            pass(1);
        }
        assertThat(channel.isOpen()).isTrue();
        pass(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionIsKeptForTheNextRequestForAWhile() {
        send(REQUEST);
        channel.runPendingTasks();
        assertThat(answer()).startsWith("HTTP/1.1 401 ");
        pass(59);
        assertThat(channel.isOpen()).isTrue();
        send(REQUEST);
        channel.runPendingTasks();
        assertThat(answer()).startsWith("HTTP/1.1 401 ");
        pass(60);
        assertThat(channel.isOpen()).isFalse();
    }

    /** A connection is not kept for ever by a question that nobody answers. */
    @Test
    void whatTheNodeDoesNotAnswerIsAnsweredAllTheSame() {
        router.on("GET", "/api/v1/silence", call -> new CompletableFuture<>());
        send("GET /api/v1/silence HTTP/1.1\r\nHost: 127.0.0.1:1\r\nCookie: bytchat-1=" + sessions.issue() + "\r\n\r\n");
        pass(29);
        assertThat(answer()).isEmpty();
        pass(1);
        assertThat(answer()).startsWith("HTTP/1.1 503 ");
        assertThat(channel.isOpen()).isTrue();
    }

    /** Answers that nobody reads would pile up. */
    @Test
    void whoAsksOnWithoutReadingIsCutOff() {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message); // as if the system took nothing: the promise stays open
            }
        });
        send(REQUEST);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        send(REQUEST);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedUnread() {
        send("POST /api/v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: " + (HttpConnection.BODY_BYTES_MAX + 1) + "\r\n\r\n");
        channel.runPendingTasks();
        assertThat(answer()).startsWith("HTTP/1.1 413 ").contains("content-security-policy");
        assertThat(channel.isOpen()).isFalse();
    }
}
