package bytchat.mailbox.internal;

import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceCertificate;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.PutOutcome;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.holder.HolderGate;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Serves {@code mailbox_put}: takes an envelope and answers with a signed receipt once it is durable.
 *
 * <p>Threats: mail in another's name, for a recipient who does not want it, that fills the disk, or that is put again
 * and again to live for ever. Answers: sender, device and permit are verified before a byte is stored; {@link
 * AdmissionPolicy}; the expiry is fixed when an envelope is first seen, and what has been buried stays buried.
 */
final class Deposits {
    /** Content of 64 KiB and the fields around it. */
    static final int ENVELOPE_BYTES_MAX = Envelope.CONTENT_BYTES_MAX + 2 * 1024;

    private final Environment environment;
    private final LocalNode node;
    private final MailboxStore store;
    private final Verifier verifier;
    private final AdmissionPolicy policy;
    private final HolderGate gate;
    private final Set<MailboxCheck> checks;
    private final Consumer<Key> arrived;

    /** @param arrived hears of each recipient for whom something new is held */
    Deposits(Environment environment, LocalNode node, MailboxStore store, Verifier verifier, AdmissionPolicy policy,
            HolderGate gate, Set<MailboxCheck> checks, Consumer<Key> arrived) {
        this.environment = environment;
        this.node = node;
        this.store = store;
        this.verifier = verifier;
        this.policy = policy;
        this.gate = gate;
        this.checks = checks;
        this.arrived = arrived;
    }

    CompletionStage<BDict> put(Request request) throws RpcException {
        BDict arguments = request.arguments();
        BDict dict = arguments.requireDict("env");
        int bytes = Bencode.encodedBytes(dict);
        if (bytes > ENVELOPE_BYTES_MAX) {
            throw RpcException.answered(
                    RpcException.TOO_BIG, "an envelope has at most " + ENVELOPE_BYTES_MAX + " bytes");
        }
        Envelope envelope = new Envelope(dict);
        DeviceCertificate certificate = new DeviceCertificate(arguments.requireDict("cert"));
        byte[] accountKey = arguments.requireBytesUpTo("key", Credentials.ACCOUNT_KEY_BYTES_MAX);
        Optional<Permit> permit = arguments.dict("permit").map(Permit::new);
        Key to = gate.key(envelope.to());
        gate.requireHolder(node.keySpace().chatKey(to));
        gate.requireNotAhead(envelope.timestampMillis());
        long expiry = Math.min(envelope.timestampMillis(), environment.clock().millis()) + envelope.ttlSeconds() * 1000;
        if (expiry <= environment.clock().millis()) {
            throw gate.wrongTime("the envelope has expired");
        }
        if (permit.isEmpty() && envelope.kind() != Envelope.Kind.HANDSHAKE && checks.contains(MailboxCheck.PERMIT)) {
            throw RpcException.answered(RpcException.REFUSED,
                    "only handshakes are taken without the recipient's permit");
        }
        Optional<RpcException> full = policy.refusedByNode(bytes, permit.isEmpty());
        if (full.isPresent()) {
            throw full.get();
        }
        byte[] fingerprint = Digests.sha512(accountKey);
        return gate.verify(() -> verifier.envelope(envelope, accountKey, certificate, node.keySpace()))
                .thenCompose(verified -> isPermitted(permit, fingerprint, to, envelope.kind()))
                .thenCompose(permitted -> store(envelope, expiry, new AdmissionPolicy.Deposit(
                        to, BBytes.wrap(fingerprint), !permitted, request.from().getAddress(), bytes)));
    }

    /**
     * Whose permit does not hold is a stranger, and a stranger leaves handshakes only: a permit that has run out is
     * renewed by one.
     */
    private CompletionStage<Boolean> isPermitted(Optional<Permit> permit, byte[] fingerprint, Key to,
            Envelope.Kind kind) {
        if (permit.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        boolean strangersMay = kind == Envelope.Kind.HANDSHAKE || !checks.contains(MailboxCheck.PERMIT);
        return environment.workers()
                .submit(() -> verifier.permit(permit.get(), node.keySpace(), fingerprint, to.unsafeArray()))
                .thenCompose(reason -> reason.isEmpty() || strangersMay
                        ? CompletableFuture.completedFuture(reason.isEmpty())
                        : CompletableFuture.failedFuture(RpcException.answered(RpcException.REFUSED, reason.get())));
    }

    private CompletionStage<BDict> store(Envelope envelope, long expiryMillis, AdmissionPolicy.Deposit deposit) {
        Optional<RpcException> refusal = policy.take(deposit);
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(refusal.get());
        }
        StoredEnvelope stored = new StoredEnvelope(node.keySpace().name(), deposit.to(),
                BBytes.wrap(Signed.id(envelope.dict())), 0, expiryMillis, Bencode.encode(envelope.dict()));
        return store.put(stored).whenComplete((outcome, failure) -> {
            if (outcome != PutOutcome.STORED) {
                policy.giveBack(deposit);
            }
        }).thenCompose(outcome -> switch (outcome) {
            case STORED -> {
                arrived.accept(deposit.to());
                yield CompletableFuture.completedFuture(answer(stored, false));
            }
            case PRESENT -> store.get(stored.keySpace(), stored.to(), stored.id())
                    .thenApply(held -> answer(held.orElse(stored), held.isEmpty()));
            case BURIED -> CompletableFuture.completedFuture(answer(stored, true));
        });
    }

    /**
     * A buried envelope is answered with a receipt, too: it is safe, and its sender may stop worrying about storing it.
     * That it was delivered, only the recipient's own receipt says.
     */
    private BDict answer(StoredEnvelope stored, boolean buried) {
        BDict unsigned = BDict.builder().put("expiry", stored.expiryMillis()).put("id", stored.id())
                .put("node", node.nodeKey().publicKey()).put("to", stored.to().unsafeArray()).build();
        BDict.Builder answer = BDict.builder()
                .put("receipt", Signed.with(unsigned, node.nodeKey().sign(Signed.message(Tag.STORED, unsigned))));
        if (buried) {
            answer.put("buried", 1);
        }
        return answer.build();
    }
}
