package bytchat.rpc.internal;

import bytchat.api.transport.DatagramTransport;
import java.net.InetSocketAddress;
import java.security.SecureRandom;

/**
 * Which addresses are real, because they have answered a query of ours lately.
 *
 * <p>Threat: reflection. Who forges a victim's address in a question has us send our answer there. Answer: an address that
 * is not proven gets at most a few times the bytes that came from it, so that a forger does better without us.
 */
final class Proofs {
    private final int amplificationMax;
    private final long proofNanos;
    private final boolean limited;
    private final Deadlines until;

    Proofs(RpcSettings settings, RpcDefences defences, SecureRandom random) {
        this.amplificationMax = settings.amplificationMax();
        this.proofNanos = settings.proofTime().toNanos();
        this.limited = defences.amplificationLimit();
        this.until = new Deadlines(settings.provenMax(), random);
    }

    void proved(InetSocketAddress address, long nowNanos) {
        until.set(until.endpoint(address), proofNanos, nowNanos);
    }

    boolean isProven(InetSocketAddress address, long nowNanos) {
        return until.left(until.endpoint(address), nowNanos) > 0;
    }

    /** The largest answer to a request of so many bytes. */
    int budget(InetSocketAddress to, int requestBytes, long nowNanos) {
        int unproven = Math.min(DatagramTransport.PAYLOAD_BYTES_MAX, amplificationMax * requestBytes);
        return limited && !isProven(to, nowNanos) ? unproven : DatagramTransport.PAYLOAD_BYTES_MAX;
    }

    int size(long nowNanos) {
        return until.live(nowNanos);
    }
}
