package bytchat.plane.mailbox.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.mailbox.StoreReceipt;
import bytchat.api.plane.Dispatch;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Puts an envelope to the holders of the recipient's chat key.
 *
 * <p>Threat: a holder that keeps nothing says "stored", or one that pretends to be many; the sender then believes its message safe.
 * Answer: only a receipt signed by the very node key that the link has proven counts, for this envelope and recipient, with an expiry
 * that the envelope allows; a node counts once whatever ids it has; this node's own copy does not count.
 */
final class Puts {
    private static final Duration RETRY_AFTER_REFUSAL = Duration.ofMinutes(5);
    private static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);

    private final Environment environment;
    private final KeySpace keySpace;
    private final Holders holders;
    private final Verifier verifier;
    private final Supplier<String> nobody;

    /** @param nobody says that there is no other holder */
    Puts(Environment environment, KeySpace keySpace, Holders holders, Verifier verifier, Supplier<String> nobody) {
        this.environment = environment;
        this.keySpace = keySpace;
        this.holders = holders;
        this.verifier = verifier;
        this.nobody = nobody;
    }

    /** Neither throws nor fails. */
    CompletionStage<Dispatch> put(Account account, Envelope envelope, Optional<Permit> permit) {
        if (envelope.to().length * 8 != keySpace.bits()) {
            return CompletableFuture.completedFuture(new Dispatch.Refused(RpcException.PROTOCOL,
                    "the recipient's id is none of key space " + keySpace.name(), RETRY_AFTER_MAX));
        }
        CompletionStage<Replies<StoreReceipt>> replies;
        try {
            replies = ask(account, envelope, permit);
        } catch (RuntimeException e) {
            replies = CompletableFuture.failedFuture(e);
        }
        return replies.handle((found, failure) -> failure == null
                ? dispatch(found)
                : new Dispatch.Waiting(0, 0, "it could not be put: " + Failures.cause(failure).getMessage()));
    }

    private CompletionStage<Replies<StoreReceipt>> ask(Account account, Envelope envelope, Optional<Permit> permit) {
        Credentials credentials = account.credentials();
        BDict.Builder arguments = BDict.builder()
                .put("cert", credentials.certificate().dict())
                .put("env", envelope.dict())
                .put("key", credentials.accountKey());
        permit.ifPresent(p -> arguments.put("permit", p.dict()));
        BDict sent = arguments.build();
        byte[] id = Signed.id(envelope.dict());
        return holders.askAgain(keySpace.chatKey(keySpace.key(envelope.to())), holder -> putTo(holder, sent, envelope, id));
    }

    private CompletionStage<StoreReceipt> putTo(Peer holder, BDict arguments, Envelope envelope, byte[] id) {
        return holder.call("mailbox_put", arguments)
                .thenCompose(result -> environment.workers().submit(() -> verified(holder, result, envelope, id)));
    }

    private StoreReceipt verified(Peer holder, BDict result, Envelope envelope, byte[] id) throws RpcException {
        StoreReceipt receipt = new StoreReceipt(result.requireDict("receipt"));
        Optional<String> wrong = wrong(holder, receipt, envelope, id);
        if (wrong.isPresent()) {
            throw RpcException.answered(RpcException.BAD_SIGNATURE, "its store receipt does not hold: " + wrong.get());
        }
        return receipt;
    }

    private Optional<String> wrong(Peer holder, StoreReceipt receipt, Envelope envelope, byte[] id) {
        if (!Arrays.equals(receipt.node(), holder.nodeKey())) {
            return Optional.of("it names another node");
        }
        if (!Arrays.equals(receipt.envelopeId(), id) || !Arrays.equals(receipt.to(), envelope.to())) {
            return Optional.of("it is for another envelope");
        }
        long latest = envelope.timestampMillis() + envelope.ttlSeconds() * 1_000;
        if (receipt.expiryMillis() > latest || receipt.expiryMillis() <= envelope.timestampMillis()) {
            return Optional.of("its expiry is not one that the envelope allows");
        }
        return verifier.receipt(receipt, holder.nodeKey());
    }

    private Dispatch dispatch(Replies<StoreReceipt> replies) {
        Set<BBytes> stored = new HashSet<>();
        Set<BBytes> asked = new HashSet<>();
        for (Replies.Reply<StoreReceipt> reply : replies.replies()) {
            if (!reply.peer().isSelf()) {
                stored.add(BBytes.of(reply.peer().nodeKey()));
            }
        }
        asked.addAll(stored);
        List<Replies.Failure> failures = replies.failures().stream().filter(f -> !f.peer().isSelf()).toList();
        failures.forEach(f -> asked.add(BBytes.of(f.peer().nodeKey())));
        int holderCount = Math.min(asked.size(), Holders.COUNT);
        if (holderCount == 0) {
            return new Dispatch.Waiting(0, 0, nobody.get() + (replies.reason().isEmpty() ? "" : ": " + replies.reason()));
        }
        int enough = Math.min(3, holderCount / 2 + 1);
        if (stored.size() >= enough) {
            return new Dispatch.Stored(Math.min(stored.size(), holderCount), holderCount);
        }
        return refused(failures, holderCount).orElseGet(
                () -> new Dispatch.Waiting(stored.size(), holderCount, reason(stored.size(), enough, failures)));
    }

    private static Optional<Dispatch> refused(List<Replies.Failure> failures, int holderCount) {
        List<RpcException> refusals = failures.stream()
                .map(f -> Failures.cause(f.cause()))
                .filter(RpcException.class::isInstance).map(RpcException.class::cast)
                .filter(e -> e.code() == RpcException.REFUSED || e.code() == RpcException.QUOTA)
                .toList();
        if (refusals.size() <= holderCount / 2) {
            return Optional.empty();
        }
        RpcException first = refusals.get(0);
        Duration after = refusals.stream().map(Puts::retryAfter).min(Duration::compareTo).orElse(RETRY_AFTER_REFUSAL);
        return Optional.of(new Dispatch.Refused(first.code(), first.getMessage(), after));
    }

    /** What a holder asks for, within reason: it must not be able to silence us. */
    private static Duration retryAfter(RpcException refusal) {
        try {
            long seconds = refusal.details().integer("retry_after_s").orElse(RETRY_AFTER_REFUSAL.toSeconds());
            return Duration.ofSeconds(Math.max(1, Math.min(seconds, RETRY_AFTER_MAX.toSeconds())));
        } catch (bytchat.api.bencode.BencodeException e) {
            return RETRY_AFTER_REFUSAL;
        }
    }

    private static String reason(int stored, int enough, List<Replies.Failure> failures) {
        String why = failures.isEmpty() ? "" : ": " + Failures.cause(failures.get(0).cause()).getMessage();
        return "stored at " + stored + " holders, " + enough + " are needed" + why;
    }
}
