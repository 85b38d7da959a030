package bytchat.holders.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What has happened so far. Written on the loop, read from anywhere. */
final class HolderStatistics {
    final LongAdder asks = new LongAdder();
    final LongAdder passedOver = new LongAdder();
    final LongAdder unlinked = new LongAdder();
    final LongAdder garbled = new LongAdder();
    final LongAdder notHolder = new LongAdder();
    final LongAdder noncesGiven = new LongAdder();
    final LongAdder noncesRefused = new LongAdder();
    final LongAdder dialBacks = new LongAdder();
    final LongAdder reachAttempts = new LongAdder();

    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("asks", asks.sum());
        facts.put("passed_over", passedOver.sum());
        facts.put("unlinked", unlinked.sum());
        facts.put("garbled_referrals", garbled.sum());
        facts.put("not_holder", notHolder.sum());
        facts.put("nonces_given", noncesGiven.sum());
        facts.put("nonces_refused", noncesRefused.sum());
        facts.put("dial_backs", dialBacks.sum());
        facts.put("reach_attempts", reachAttempts.sum());
        return facts;
    }
}
