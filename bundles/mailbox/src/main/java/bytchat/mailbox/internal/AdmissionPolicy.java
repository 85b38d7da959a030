package bytchat.mailbox.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.env.Clock;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.MailboxStore;
import bytchat.wire.NodeIds;
import bytchat.wire.holder.HolderGate;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose mail is taken, and how much.
 *
 * <p>Threat: somebody fills the node, or one recipient's mailbox, so that real mail finds no room. Answer: a bound for
 * the node, and allowances of bytes per day for each recipient, sender and address block: account keys cost nothing,
 * and who owns two can permit himself to write to himself, but addresses are scarce. Strangers (handshakes without a
 * permit) draw on allowances of their own, and are refused while the node is more than half full, so they never
 * displace contacts' mail.
 *
 * <p>Used on the event loop.
 */
final class AdmissionPolicy {
    /** What an envelope costs beside its bytes. */
    static final long OVERHEAD_BYTES = 512;
    /** A full node has room again when mail is acknowledged or expires. */
    static final Duration RETRY_NODE_FULL = Duration.ofMinutes(15);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int BLOCK_BYTES_IPV4 = 3;
    private static final int BLOCK_BYTES_IPV6 = 6;

    private final MailboxSettings settings;
    private final MailboxStore store;
    private final Allowance recipients;
    private final Allowance senders;
    private final Allowance strangers;
    private final Allowance strangersBlocks;
    private final Allowance contactsBlocks;

    AdmissionPolicy(MailboxSettings settings, MailboxStore store, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.recipients = new Allowance(settings.recipientBytesPerDay(), DAY, clock);
        this.senders = new Allowance(settings.senderBytesPerDay(), DAY, clock);
        this.strangers = new Allowance(settings.strangersBytesPerDay(), DAY, clock);
        this.strangersBlocks = new Allowance(settings.addressBlockBytesPerDay(), DAY, clock);
        this.contactsBlocks = new Allowance(settings.contactsBlockBytesPerDay(), DAY, clock);
    }

    /**
     * One envelope that wants in.
     *
     * @param sender    SHA-512 fingerprint
     * @param stranger  it shows no permit
     * @param from      the observed address
     */
    record Deposit(Key to, BBytes sender, boolean stranger, InetAddress from, long bytes) {
        long cost() {
            return bytes + OVERHEAD_BYTES;
        }
    }

    /** Whether this node has room at all: asked before anything dear is done. */
    Optional<RpcException> refusedByNode(long bytes, boolean stranger) {
        MailboxStore.Stats stats = store.stats();
        long share = stranger ? 2 : 1;
        boolean full = stats.envelopes() >= settings.envelopesMax() / share
                || stats.bytes() + bytes > settings.bytesMax() / share;
        return full
                ? Optional.of(HolderGate.quota("this node holds as much mail as it may", RETRY_NODE_FULL))
                : Optional.empty();
    }

    /** Takes the deposit off its allowances, or says why not; who it is from must have been verified. */
    Optional<RpcException> take(Deposit deposit) {
        Optional<RpcException> full = refusedByNode(deposit.bytes(), deposit.stranger());
        if (full.isPresent()) {
            return full;
        }
        Map<Allowance, BBytes> charged = charged(deposit);
        Duration wait = Duration.ZERO;
        for (Map.Entry<Allowance, BBytes> each : charged.entrySet()) {
            Duration needed = each.getKey().waitFor(each.getValue(), deposit.cost());
            wait = needed.compareTo(wait) > 0 ? needed : wait;
        }
        if (!wait.isZero()) {
            String whose = deposit.stranger()
                    ? "no more strangers' mail is taken now"
                    : "no more mail is taken from or for them now";
            return Optional.of(HolderGate.quota(whose, wait));
        }
        charged.forEach((allowance, user) -> allowance.take(user, deposit.cost()));
        return Optional.empty();
    }

    /** The deposit was not stored after all. */
    void giveBack(Deposit deposit) {
        charged(deposit).forEach((allowance, user) -> allowance.giveBack(user, deposit.cost()));
    }

    private Map<Allowance, BBytes> charged(Deposit deposit) {
        Map<Allowance, BBytes> charged = new LinkedHashMap<>();
        charged.put(senders, deposit.sender());
        charged.put(deposit.stranger() ? strangers : recipients, BBytes.wrap(deposit.to().unsafeArray()));
        if (NodeIds.routable(deposit.from())) {
            charged.put(deposit.stranger() ? strangersBlocks : contactsBlocks, block(deposit.from()));
        }
        return charged;
    }

    private static BBytes block(InetAddress address) {
        int bytes = address instanceof Inet4Address ? BLOCK_BYTES_IPV4 : BLOCK_BYTES_IPV6;
        return BBytes.wrap(Arrays.copyOf(address.getAddress(), bytes));
    }
}
