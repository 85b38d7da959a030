package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;

/** A contact that has answered, with what we have seen of it. Kept small: a node has up to some hundreds of them. */
final class TableNode {
    private static final int NANOS_PER_MICRO = 1_000;
    private static final int UNMEASURED = -1;

    private final Contact contact;
    private final long group;
    private final long sinceNanos;
    private long lastHeardNanos;
    private int roundTripMicros = UNMEASURED;
    private byte failures;
    private boolean checking;

    /** @param group see {@link AddressGroup} */
    TableNode(Contact contact, long group, long nowNanos) {
        this.contact = contact;
        this.group = group;
        this.sinceNanos = nowNanos;
        this.lastHeardNanos = nowNanos;
    }

    Contact contact() {
        return contact;
    }

    long group() {
        return group;
    }

    /** When it answered first. */
    long sinceNanos() {
        return sinceNanos;
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** -1 if none was measured. */
    long roundTripNanos() {
        return roundTripMicros == UNMEASURED ? UNMEASURED : (long) roundTripMicros * NANOS_PER_MICRO;
    }

    int failures() {
        return failures;
    }

    /** It has answered. */
    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        failures = 0;
    }

    /** It has asked us: a sign of life (BEP 5), but no answer to what it failed to answer, for a request can be forged. */
    void asked(long nowNanos) {
        if (failures == 0) {
            lastHeardNanos = nowNanos;
        }
    }

    /** What we know of it is from before this machine slept or moved. */
    void doubt(long heardAtMostNanos) {
        lastHeardNanos = Math.min(lastHeardNanos, heardAtMostNanos);
    }

    void measured(long nanos) {
        roundTripMicros = (int) Math.min(Integer.MAX_VALUE, nanos / NANOS_PER_MICRO);
    }

    void failed() {
        if (failures < Byte.MAX_VALUE) {
            failures++;
        }
    }

    /** Begins a check, unless one is under way. */
    boolean beginCheck() {
        boolean begun = !checking;
        checking = true;
        return begun;
    }

    void endCheck() {
        checking = false;
    }

    boolean checking() {
        return checking;
    }
}
