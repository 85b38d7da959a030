package bytchat.mainline.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What was served and refused so far, by name. Written on the loop, read from anywhere. */
final class MainlineCounts {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    /** @param name one of few: of a method or a code of ours, never a word of a stranger's */
    void add(String name) {
        counts.computeIfAbsent(name, n -> new LongAdder()).increment();
    }

    Map<String, Object> facts() {
        Map<String, Object> facts = new TreeMap<>();
        counts.forEach((name, count) -> facts.put(name, count.sum()));
        return facts;
    }
}
