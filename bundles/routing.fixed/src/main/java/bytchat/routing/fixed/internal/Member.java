package bytchat.routing.fixed.internal;

import bytchat.api.keyspace.Contact;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A listed node: whoever answers at its address. */
final class Member {
    private final InetSocketAddress address;
    private final int deadFailures;
    private Optional<Contact> contact = Optional.empty();
    private long heardNanos;
    private long roundTripNanos = -1;
    private int failures;
    private boolean rejected;

    Member(InetSocketAddress address, int deadFailures) {
        this.address = address;
        this.deadFailures = deadFailures;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Under the id it answered with; empty until it has. */
    Optional<Contact> contact() {
        return contact;
    }

    void answered(Contact from, long nowNanos) {
        contact = Optional.of(from);
        heardNanos = nowNanos;
        failures = 0;
    }

    void measured(long nanos) {
        roundTripNanos = nanos;
    }

    void failed() {
        failures++;
    }

    /** Left out until {@link #forgive}, whatever it answers. */
    void reject() {
        rejected = true;
    }

    /** It has to answer once more before it counts again. */
    void forgive() {
        rejected = false;
        contact = Optional.empty();
    }

    boolean alive() {
        return contact.isPresent() && failures < deadFailures && !rejected;
    }

    boolean toBeAsked(long nowNanos, long silentNanos) {
        return !rejected && (!alive() || nowNanos - heardNanos >= silentNanos);
    }

    long heardNanos() {
        return heardNanos;
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    int failures() {
        return failures;
    }
}
