package bytchat.plane.direct.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.mailbox.Envelope;
import bytchat.wire.sign.Signed;
import java.nio.ByteBuffer;

/** Names of copies: an envelope's id leaves its signature out, so a forged copy has the id of the true one. */
final class Copies {
    private Copies() {
    }

    static BBytes name(Envelope envelope) {
        byte[] id = Signed.id(envelope.dict());
        byte[] sig = envelope.sig();
        return BBytes.wrap(ByteBuffer.allocate(id.length + sig.length).put(id).put(sig).array());
    }
}
