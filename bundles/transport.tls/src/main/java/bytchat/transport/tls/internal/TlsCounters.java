package bytchat.transport.tls.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened on all links since the start. Written on the loop, read from any thread. */
final class TlsCounters {
    final LongAdder accepted = new LongAdder();
    final LongAdder dialled = new LongAdder();
    final LongAdder resumed = new LongAdder();
    final LongAdder handshakesFailed = new LongAdder();
    final LongAdder wrongPeer = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder strangersLate = new LongAdder();
    final LongAdder strangersEvicted = new LongAdder();
    final LongAdder overflows = new LongAdder();
    final LongAdder receiverFailures = new LongAdder();
    final LongAdder receivedFrames = new LongAdder();
    final LongAdder receivedBytes = new LongAdder();
    final LongAdder sentFrames = new LongAdder();
    final LongAdder sentBytes = new LongAdder();

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("links_accepted", accepted.sum());
        facts.put("links_dialled", dialled.sum());
        facts.put("handshakes_resumed", resumed.sum());
        facts.put("handshakes_failed", handshakesFailed.sum());
        facts.put("wrong_peers", wrongPeer.sum());
        facts.put("connections_refused", refused.sum());
        facts.put("strangers_late", strangersLate.sum());
        facts.put("strangers_evicted", strangersEvicted.sum());
        facts.put("links_overflowed", overflows.sum());
        facts.put("receiver_failures", receiverFailures.sum());
        facts.put("received_frames", receivedFrames.sum());
        facts.put("received_bytes", receivedBytes.sum());
        facts.put("sent_frames", sentFrames.sum());
        facts.put("sent_bytes", sentBytes.sum());
        return facts;
    }
}
