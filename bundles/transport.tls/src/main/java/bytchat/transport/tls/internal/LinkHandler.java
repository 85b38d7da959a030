package bytchat.transport.tls.internal;

import bytchat.api.transport.LinkException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import java.util.function.Consumer;

/** Cuts what TLS has decrypted into frames and hands its events on to the link. */
final class LinkHandler extends ByteToMessageDecoder {
    private final TlsLink link;
    private final Consumer<SslHandshakeCompletionEvent> onHandshake;

    /** @param onHandshake called once with the outcome, before the first frame */
    LinkHandler(TlsLink link, Consumer<SslHandshakeCompletionEvent> onHandshake) {
        this.link = link;
        this.onHandshake = onHandshake;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (link.reason() != null) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < TlsLink.LENGTH_BYTES) {
            return;
        }
        int length = in.getInt(in.readerIndex());
        String refusal = link.refusal(length);
        if (refusal != null) {
            in.skipBytes(in.readableBytes());
            link.refuse(refusal);
        } else if (in.readableBytes() >= TlsLink.LENGTH_BYTES + length) {
            byte[] frame = new byte[length];
            in.skipBytes(TlsLink.LENGTH_BYTES).readBytes(frame);
            link.received(frame);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            onHandshake.accept(handshake);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        link.ended();
    }

    /** A broken connection or broken TLS: no log line, the link's reason says it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        link.cut(Reason.CLOSED, "the connection broke: " + cause.getMessage());
    }
}
