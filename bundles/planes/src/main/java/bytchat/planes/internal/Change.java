package bytchat.planes.internal;

import bytchat.api.env.Registration;
import java.util.concurrent.CompletableFuture;

/** A change to another plane that is under way. */
final class Change {
    final String from;
    final String to;
    /** Whether somebody waits for it, and it ends after a while; one that configuration asks for is tried until it succeeds. */
    final boolean commanded;
    final long begunNanos;
    final CompletableFuture<Void> done = new CompletableFuture<>();
    Registration next = () -> { };
    /** What configuration named when the choice began to be written. */
    String before = "";
    /** The choice is being written. */
    boolean writing;

    Change(String from, String to, boolean commanded, long begunNanos) {
        this.from = from;
        this.to = to;
        this.commanded = commanded;
        this.begunNanos = begunNanos;
    }
}
