package bytchat.api.routing;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.util.List;

/** What a lookup found: contacts that answered, nearest first. */
public sealed interface LookupResult {
    Key target();

    List<Contact> nearest();

    Effort effort();

    /** The nearest ones found have all answered and know none nearer. */
    record Converged(Key target, List<Contact> nearest, Effort effort) implements LookupResult {
    }

    /** The watcher had seen what it wanted; what was found until then. */
    record Satisfied(Key target, List<Contact> nearest, Effort effort) implements LookupResult {
    }

    /** Ended before it converged; what was found so far. */
    record Partial(Key target, List<Contact> nearest, Effort effort, String reason) implements LookupResult {
    }

    /** Nobody answered. */
    record Failed(Key target, Effort effort, String reason) implements LookupResult {
        @Override
        public List<Contact> nearest() {
            return List.of();
        }
    }

    /** What it took: queries sent, answers, the longest chain of referrals, and nanoseconds. */
    record Effort(int queries, int answers, int hops, long durationNanos) {
    }
}
