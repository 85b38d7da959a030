package bytchat.planes.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Clock;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account's use of whichever plane is active: attached to all that receive, it sends by one. On the event loop, except where it says
 * that any thread may ask.
 */
final class Line implements DeliveryPlane.Attachment {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    /** Uses that are being let go at a time; the oldest ends at once when there is one more. */
    private static final int LEAVING_MAX = 8;

    private final Switchboard board;
    private final Clock clock;
    private final String keySpace;
    private final Account account;
    private final DeliveryPlane.Inbound inbound;
    /** Written on the loop, read from anywhere. */
    private final Map<DeliveryPlane, Carrier> carriers = new ConcurrentHashMap<>();
    private final List<Carrier> leaving = new CopyOnWriteArrayList<>();
    private volatile boolean draining;
    private volatile boolean closed;

    Line(Switchboard board, Clock clock, String keySpace, Account account, DeliveryPlane.Inbound inbound) {
        this.board = board;
        this.clock = clock;
        this.keySpace = keySpace;
        this.account = account;
        this.inbound = inbound;
    }

    String keySpace() {
        return keySpace;
    }

    // ---- which planes it uses

    /** Attaches to these and to no others. */
    void use(List<Installed> wanted) {
        for (Carrier carrier : List.copyOf(carriers.values())) {
            if (!wanted.contains(carrier.installed())) {
                letGo(carrier);
            }
        }
        for (Installed plane : wanted) {
            if (!carriers.containsKey(plane.plane()) && !draining && !closed) {
                begin(plane);
            }
        }
    }

    private void begin(Installed plane) {
        Carrier[] self = new Carrier[1];
        try {
            self[0] = new Carrier(board.environment(), plane, account, inbound, () -> board.sends(plane), () -> ended(self[0]));
            carriers.put(plane.plane(), self[0]);
        } catch (RuntimeException e) {
            LOG.warn("The {} plane does not take the account {}: {}", plane.name(), account.name(), e.toString());
        }
    }

    private void letGo(Carrier carrier) {
        carriers.remove(carrier.installed().plane(), carrier);
        if (!board.registry().contains(carrier.installed()) || !board.defends(Defence.DRAIN)) {
            carrier.close();
            return;
        }
        while (leaving.size() >= LEAVING_MAX) {
            leaving.get(0).close();
        }
        leaving.add(carrier);
        carrier.leave(board.settings().drain());
    }

    private void ended(Carrier carrier) {
        carriers.remove(carrier.installed().plane(), carrier);
        leaving.remove(carrier);
    }

    /** Its use of the newest plane of this name. From any thread. */
    Optional<Carrier> carrier(String plane) {
        return board.registry().current(plane, keySpace).map(installed -> carriers.get(installed.plane()));
    }

    /** Every use of planes of this name, those that are being let go included. From any thread. */
    Stream<Carrier> carriers(String plane) {
        return Stream.concat(carriers.values().stream(), leaving.stream()).filter(c -> c.installed().name().equals(plane));
    }

    /** Another plane sends from now on, or the active one has come back: what waits is worth trying. */
    void sendsAgain() {
        if (!draining && !closed) {
            inbound.retry(Optional.empty());
        }
    }

    // ---- what messaging sees

    @Override
    public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
        if (draining || closed) {
            return CompletableFuture.completedFuture(new Dispatch.Waiting(0, 0, "this account's planes are being stopped"));
        }
        Optional<Carrier> by = carrier(board.active());
        if (by.isEmpty()) {
            board.pauses().begun(clock.nanoTime());
            Dispatch waiting = new Dispatch.Waiting(0, 0, board.registry().reasonMissing(board.active()));
            board.pauses().ended(clock.nanoTime(), waiting, false);
            return CompletableFuture.completedFuture(waiting);
        }
        return send(by.get(), envelope, permit).thenCompose(dispatch -> {
            Optional<Carrier> now = carrier(board.active());
            boolean again = !Pauses.taken(dispatch) && now.isPresent() && now.get() != by.get() && board.defends(Defence.SEND_AGAIN);
            return again && !draining && !closed ? send(now.get(), envelope, permit) : CompletableFuture.completedFuture(dispatch);
        });
    }

    private CompletionStage<Dispatch> send(Carrier by, Envelope envelope, Optional<Permit> permit) {
        board.pauses().begun(clock.nanoTime());
        return by.send(envelope, permit).whenComplete((dispatch, failure) ->
                board.pauses().ended(clock.nanoTime(), dispatch, by.installed().name().equals(board.active())));
    }

    /** The active plane's own. From any thread. */
    @Override
    public Status status() {
        String active = board.active();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("plane", active);
        if (closed) {
            return new Status(State.OFF, "closed", facts);
        }
        if (draining) {
            return new Status(State.DRAINING, "finishing what is under way", facts);
        }
        Optional<Carrier> by = carrier(active);
        if (by.isEmpty()) {
            return new Status(State.WAITING, board.registry().reasonMissing(active), facts);
        }
        Status status = by.get().status();
        facts.putAll(status.facts());
        return new Status(status.state(), status.reason(), facts);
    }

    @Override
    public CompletionStage<Void> drain() {
        draining = true;
        return CompletableFuture.allOf(Stream.concat(carriers.values().stream(), leaving.stream())
                .map(carrier -> carrier.left(board.settings().drain())).toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Stream.concat(carriers.values().stream(), leaving.stream()).toList().forEach(Carrier::close);
        board.ended(this);
    }
}
