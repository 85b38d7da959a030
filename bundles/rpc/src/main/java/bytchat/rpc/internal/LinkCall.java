package bytchat.rpc.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Registration;
import java.util.concurrent.CompletableFuture;

/** A call of ours on a link, waiting for its turn or for its answer. */
final class LinkCall {
    final int t;
    final byte[] frame;
    final CompletableFuture<BDict> answer;
    final long startedNanos;
    Registration timeout;

    LinkCall(int t, byte[] frame, CompletableFuture<BDict> answer, long startedNanos) {
        this.t = t;
        this.frame = frame;
        this.answer = answer;
        this.startedNanos = startedNanos;
    }
}
