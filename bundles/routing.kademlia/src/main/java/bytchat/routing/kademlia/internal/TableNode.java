package bytchat.routing.kademlia.internal;

import bytchat.api.keyspace.Contact;

/** A contact that has answered, with what we have seen of it. */
final class TableNode {
    private final Contact contact;
    private long lastHeardNanos;
    private long roundTripNanos = -1;
    private int failures;
    private boolean checking;

    TableNode(Contact contact, long nowNanos) {
        this.contact = contact;
        this.lastHeardNanos = nowNanos;
    }

    Contact contact() {
        return contact;
    }

    long lastHeardNanos() {
        return lastHeardNanos;
    }

    long roundTripNanos() {
        return roundTripNanos;
    }

    int failures() {
        return failures;
    }

    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        failures = 0;
    }

    void measured(long nanos) {
        roundTripNanos = nanos;
    }

    void failed() {
        failures++;
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
}
