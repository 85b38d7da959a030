package bytchat.mailbox.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.RpcException;
import bytchat.store.memory.internal.MemoryMailboxStore;
import bytchat.tracker.testing.TestNet;
import bytchat.tracker.testing.TestNet.Node;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Somebody makes any number of account keys, permits himself to write to himself, and so is nobody's stranger. */
class AdmissionPolicyTest {
    private static final int BLOCK_BYTES = 100_000;
    private static final int BYTES = 1_000;

    private final TestNet net = new TestNet();
    private final Node node = net.node(1);

    private AdmissionPolicy policy(long contactsBlockBytes) {
        return new AdmissionPolicy(
                new MailboxSettings(10_000, 1 << 30, 1 << 20, 1 << 20, 1 << 20, 1 << 20, contactsBlockBytes, 10),
                new MemoryMailboxStore(node.environment(), 100, 1 << 20), node.environment().clock());
    }

    /** How many of 1,000 envelopes are taken, each from another account to another. */
    private long taken(AdmissionPolicy policy, String addressPrefix, int addresses) {
        long taken = 0;
        for (int i = 0; i < 1_000; i++) {
            Key to = net.keySpace.keyOf(("to " + i).getBytes(StandardCharsets.US_ASCII));
            Optional<RpcException> refusal = policy.take(new AdmissionPolicy.Deposit(
                    to, BBytes.of("from " + i), false, address(addressPrefix + (1 + i % addresses)), BYTES));
            refusal.ifPresent(why -> assertThat(why.code()).isEqualTo(RpcException.QUOTA));
            taken += refusal.isEmpty() ? 1 : 0;
        }
        return taken;
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void manyAccountsAtOneAddressBlockDoNotFillTheNode() {
        AdmissionPolicy policy = policy(BLOCK_BYTES);
        assertThat(taken(policy, "203.0.113.", 250)).isEqualTo(BLOCK_BYTES / (BYTES + AdmissionPolicy.OVERHEAD_BYTES));
        assertThat(taken(policy, "198.51.100.", 1)).as("others are not touched").isPositive();
    }

    @Test
    void twinWithoutTheBlocksBoundTheyFillIt() {
        assertThat(taken(policy(Long.MAX_VALUE), "203.0.113.", 250)).isEqualTo(1_000);
    }

    @Test
    void addressesThatAreNotRoutableAreNotCounted() {
        assertThat(taken(policy(BLOCK_BYTES), "192.168.1.", 1)).isEqualTo(1_000);
    }
}
