package bytchat.ui.web.internal;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One connection of a browser, one request at a time. Runs on the web loop.
 *
 * <p>Threat: a client that sends slowly, or nothing, or all at once, keeps connections and memory. Answer: the first request has to be there
 * within 10 s, each further one within 60 s of the answer before; a body is bounded; a request before the answer to the one before has left (no
 * browser sends one) ends the connection; whatever the node does not answer within 30 s is answered here.
 */
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** Bytes of a request's body: an image, or a text of that size in JSON's worst case. */
    static final int BODY_BYTES_MAX = 300 * 1024;
    static final int LINE_BYTES_MAX = 4 * 1024;
    static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int PARAMETERS_MAX = 16;
    private static final long FIRST_REQUEST_SECONDS = 10;
    private static final long NEXT_REQUEST_SECONDS = 60;
    private static final long LEAVE_SECONDS = 2;
    /** Longer than a switch of planes may take. */
    private static final long ANSWER_SECONDS = 30;
    private static final Answer TOO_LATE =
            Answer.error(503, "The node has not answered within " + ANSWER_SECONDS + " s: its status says what it is doing.");

    private final Site site;
    private final Feed feed;
    private boolean busy;
    private Future<?> deadline;
    private Feed.Stream stream;

    HttpConnection(Site site, Feed feed) {
        this.site = site;
        this.feed = feed;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        expect(context, FIRST_REQUEST_SECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.cancel(false);
        if (stream != null) {
            feed.closed(stream);
        }
    }

    private void expect(ChannelHandlerContext context, long seconds) {
        deadline = context.executor().schedule(() -> context.close(), seconds, TimeUnit.SECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        deadline.cancel(false);
        if (busy) {
            context.close();
            return;
        }
        busy = true;
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        Call call;
        try {
            call = call(request);
        } catch (IllegalArgumentException e) {
            write(context, Answer.error(400, "The request is not understood."), false);
            return;
        }
        CompletionStage<Answer> answered = site.answer(call);
        Future<?> patience = context.executor().schedule(() -> answered.toCompletableFuture().complete(TOO_LATE), ANSWER_SECONDS,
                TimeUnit.SECONDS);
        answered.whenCompleteAsync((answer, never) -> {
            patience.cancel(false);
            if (answer instanceof Answer.Events events) {
                stream(context, events);
            } else {
                write(context, (Answer.Whole) answer, keepAlive);
            }
        }, context.executor());
    }

    private static Call call(FullHttpRequest request) {
        if (request.decoderResult().isFailure() || !request.uri().startsWith("/")) {
            throw new IllegalArgumentException("not a request of this server");
        }
        QueryStringDecoder uri = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, PARAMETERS_MAX);
        Map<String, String> query = new HashMap<>();
        uri.parameters().forEach((name, values) -> query.put(name, values.get(0)));
        return new Call(request.method().name(), uri.path(), query, request.headers(), ByteBufUtil.getBytes(request.content()), Map.of());
    }

    private void write(ChannelHandlerContext context, Answer.Whole answer, boolean keepAlive) {
        FullHttpResponse response = response(site.gate(), answer);
        response.headers().set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        if (keepAlive) {
            expect(context, NEXT_REQUEST_SECONDS);
            // not before it has left: who asks on without reading would pile up answers here
            context.writeAndFlush(response).addListener(written -> busy = false);
        } else {
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static FullHttpResponse response(Gate gate, Answer.Whole answer) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(answer.status());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(answer.body()));
        gate.headers().forEach(response.headers()::set);
        if (!answer.contentType().isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code() && answer.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        answer.headers().forEach(response.headers()::set);
        return response;
    }

    private void stream(ChannelHandlerContext context, Answer.Events events) {
        ChannelStream opened = new ChannelStream(context.channel(), site.gate());
        try {
            feed.open(opened, events.lastEventId());
            stream = opened; // stays busy: nothing else comes on this connection
        } catch (ApiException e) {
            write(context, Answer.error(e.status(), e.getMessage()), false);
        }
        if (stream != null && !context.channel().isActive()) {
            feed.closed(stream); // gone in the meantime
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a reset connection, or bytes that are not HTTP
    }

    /** A body that is too large is refused before it has been read. */
    static final class Bodies extends HttpObjectAggregator {
        private final Gate gate;

        Bodies(Gate gate) {
            super(BODY_BYTES_MAX);
            this.gate = gate;
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
            FullHttpResponse response = response(gate, Answer.error(413, "A request holds at most " + BODY_BYTES_MAX + " bytes."));
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response).addListener(written -> leave(context));
        }

        /** What still comes is thrown away for a moment: closed at once, the connection is reset and the answer lost. */
        private static void leave(ChannelHandlerContext context) {
            if (context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                context.executor().schedule(() -> context.close(), LEAVE_SECONDS, TimeUnit.SECONDS);
            } else {
                context.close();
            }
        }
    }

    /** A page that listens on this connection. */
    private static final class ChannelStream implements Feed.Stream {
        private final Channel channel;
        private final Gate gate;
        private boolean begun;

        ChannelStream(Channel channel, Gate gate) {
            this.channel = channel;
            this.gate = gate;
        }

        @Override
        public boolean send(String text) {
            if (!channel.isWritable()) {
                return false;
            }
            if (!begun) {
                begun = true;
                HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                gate.headers().forEach(head.headers()::set);
                head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
                HttpUtil.setTransferEncodingChunked(head, true);
                channel.write(head);
            }
            channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)));
            return true;
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
