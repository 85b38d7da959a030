package bytchat.messaging.internal;

import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BValue;
import bytchat.api.session.SessionSuite;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The session suites that are installed now. May be used from any thread. */
public final class Suites {
    private final Map<Integer, SessionSuite> byNumber = new ConcurrentHashMap<>();

    public void add(SessionSuite suite) {
        byNumber.put(suite.number(), suite);
    }

    /** Removes exactly this one: its successor may be here already. */
    public void remove(SessionSuite suite) {
        byNumber.remove(suite.number(), suite);
    }

    boolean none() {
        return byNumber.isEmpty();
    }

    Optional<SessionSuite> suite(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    /** The numbers, as they stand in a handshake. */
    List<BInteger> numbers() {
        return byNumber.keySet().stream().sorted().map(n -> new BInteger(n)).toList();
    }

    /** The highest that both have. */
    Optional<SessionSuite> highestCommon(List<BValue> theirs) {
        return byNumber.values().stream()
                .filter(suite -> theirs.contains(new BInteger(suite.number())))
                .max(Comparator.comparingInt(SessionSuite::number));
    }
}
