package bytchat.routing.kademlia.internal;

import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import bytchat.api.rpc.RpcException;
import bytchat.api.rpc.RpcException.Kind;
import bytchat.wire.NodeIds;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who enters the tables, and who leaves: it hears what answers, asks and fails, and has those verified that would be news.
 *
 * <p>Limits on groups of addresses do not bind private, link-local and loopback addresses while this node's own address is
 * such a one: then its network is a home, a laboratory or a machine, where all are neighbours and no outsider has such an
 * address. A node with a public address gives them no more room than others.
 *
 * <p>Hostile input costs a bounded number of pings and no line in the log.
 */
final class ContactBook {
    private final Environment environment;
    private final LocalNode local;
    private final Referrals referrals;
    private final KademliaSettings settings;
    private final KademliaDefences defences;
    private final Predicate<InetSocketAddress> unreachable;
    private final RoutingTables tables;
    private final Rejections rejections;
    private final Renamings renamings;
    private final Verification verification;
    private final Silence silence;
    private Runnable onFirst = () -> { };
    private boolean stopped;

    /** @param unreachable who lately did not answer, so that others' word for it is not taken */
    ContactBook(
            Environment environment,
            LocalNode local,
            RpcEndpoint rpc,
            Referrals referrals,
            KademliaSettings settings,
            KademliaDefences defences,
            Predicate<InetSocketAddress> unreachable) {
        this.environment = environment;
        this.local = local;
        this.referrals = referrals;
        this.settings = settings;
        this.defences = defences;
        this.unreachable = unreachable;
        this.tables = new RoutingTables(local.id(), settings.table(), grouping(), now());
        this.rejections = new Rejections(settings.rejectedTime().toNanos(), settings.rejectedMax());
        this.renamings = new Renamings(settings.distrustMin(), settings.distrustMax(), settings.rejectedMax());
        this.verification = new Verification(
                rpc, referrals, settings.verificationsMax(), this::answered, this::failed, this::referred);
        this.silence = new Silence(now());
    }

    RoutingTables tables() {
        return tables;
    }

    Verification verification() {
        return verification;
    }

    Silence silence() {
        return silence;
    }

    /** @param action runs when a contact comes where none of its address family was */
    void onFirst(Runnable action) {
        onFirst = action;
    }

    void stop() {
        stopped = true;
    }

    private long now() {
        return environment.clock().nanoTime();
    }

    private AddressGroup.Grouping grouping() {
        return new AddressGroup.Grouping() {
            @Override
            public long of(InetAddress address) {
                boolean exempt = !defences.groupLimits()
                        || !settings.table().groupLocal()
                        && !NodeIds.routable(address)
                        && !NodeIds.routable(local.endpoint().getAddress());
                return exempt ? AddressGroup.NONE : AddressGroup.of(address);
            }

            @Override
            public boolean own(long group) {
                return group == AddressGroup.of(local.endpoint().getAddress());
            }
        };
    }

    // ---- hearing

    /** As {@link bytchat.api.rpc.RpcEndpoint.ContactListener}. */
    void heard(Contact contact, boolean answered, boolean readOnly) {
        long now = now();
        if (answered) {
            silence.answered(now);
        }
        if (readOnly) {
            return;
        }
        if (!answered && defences.answeredOnly()) {
            tables.asked(contact, now);
            heardOf(contact);
        } else if (!excluded(contact) && referrals.acceptable(contact)) {
            isThere(contact, now);
        }
    }

    private void isThere(Contact contact, long now) {
        Optional<Contact> before = tables.otherAt(contact);
        if (before.isPresent() && defences.distrustRenamed()) {
            renamed(before.get(), contact, now);
            return;
        }
        boolean ipv6 = contact.address().getAddress() instanceof Inet6Address;
        boolean first = tables.size(ipv6) == 0;
        check(tables.heard(contact, now));
        if (first && tables.size(ipv6) > 0) {
            onFirst.run();
        }
    }

    /** The old id is gone, and the new one is looked at again when the distrust ends. */
    private void renamed(Contact before, Contact after, long now) {
        Duration pause = renamings.renamed(after.address(), now);
        check(tables.remove(before, now));
        environment.loop().schedule(pause, () -> heardOf(after));
    }

    /** Somebody who may be there: it asked us, or was named by somebody with a stake in it. Asked before it is believed. */
    void heardOf(Contact contact) {
        // In a flood nothing more is looked at than that there is no room to verify anybody.
        boolean possible = !stopped && !verification.full() && contact.id().bits() == tables.self().bits();
        if (possible && tables.isNews(contact) && !excluded(contact) && referrals.acceptable(contact)) {
            verify(contact);
        }
    }

    private void verify(Contact contact) {
        if (tables.size(contact.address().getAddress() instanceof Inet6Address) < settings.bucketSize()) {
            verification.newcomer(contact, tables.self());
        } else {
            verification.newcomer(contact);
        }
    }

    /** Somebody whom a contact names: who was not reachable just now is not tried again on its word. */
    private void referred(Contact contact) {
        if (!unreachable.test(contact.address())) {
            heardOf(contact);
        }
    }

    /** What a failed link took from a node, a good one gives back. */
    void linked(Peer peer) {
        peer.id().ifPresent(id -> rejections.lift(id).forEach(this::heardOf));
    }

    /** A link to it failed: it is left out for a while. */
    void reject(Contact contact) {
        long now = now();
        rejections.add(contact, now);
        check(tables.remove(contact, now));
        // In a small network nobody else would tell us that it is back.
        environment.loop().schedule(settings.rejectedTime(), () -> heardOf(contact));
    }

    /** Whether the contact is this node, or one that is left out for a while. */
    boolean excluded(Contact contact) {
        return contact.id().equals(local.id())
                || rejections.contains(contact, now())
                || renamings.contains(contact.address(), now());
    }

    /** A query of ours was answered; the contact itself has been heard already. */
    void answered(Answer answer) {
        tables.measured(answer.from(), answer.roundTripNanos());
    }

    /** A query of ours was not answered as it should be. */
    void failed(Contact contact, Throwable failure) {
        if (!(Failures.cause(failure) instanceof RpcException why)) {
            return;
        }
        boolean busy = why.code() == RpcException.SERVER;
        if (why.kind() == Kind.TIMEOUT) {
            silence.unanswered();
            if (!defences.cutOffIsNoFailure() || !silence.complete(now())) {
                check(tables.failed(contact, now()));
            }
        } else if (why.kind() == Kind.WRONG_NODE || why.kind() == Kind.ANSWERED && !busy) {
            // Somebody is there, but not this node, or none that serves us.
            silence.answered(now());
            check(tables.remove(contact, now()));
        }
    }

    private void check(Optional<TableNode> node) {
        if (!stopped) {
            node.ifPresent(wanted -> verification.check(wanted, settings.badFailures()));
        }
    }

    /** Whether nobody answers, or nobody is known. */
    boolean isolated() {
        return tables.goodCount() == 0 || silence.complete(now());
    }

    /** What is known may be long ago, or from elsewhere: all are asked again, and believed meanwhile. */
    void doubtAll() {
        tables.doubtAll(now());
    }

    /**
     * This node may have another id.
     *
     * @return whether it has
     */
    boolean moved() {
        boolean moved = !local.id().equals(tables.self());
        if (moved) {
            tables.moved(local.id(), now());
        }
        return moved;
    }
}
