package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Failures;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How two devices of a person prove to each other over a link that they are: each signs the other's nonce. Used on the event loop.
 *
 * <p>Threat: what siblings tell each other is everything. A stranger who has links to both hands the nonce of one to the other and its
 * proof back, or keeps a proof for later, or is a device that was lost and revoked. Answer: a proof names the node keys of both ends of
 * the link it was made for, which TLS has proven, and a nonce that is good once; it is signed under a tag of its own by a device whose
 * certificate and list the account key has signed, and neither side's list may revoke it.
 */
final class Introductions {
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(10);
    /** Proofs of others that are being checked at a time: each may cost two RSA operations. */
    private static final int CHECKS_MAX = 8;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Parts parts;
    private final Account account;
    private final Key uid;
    private int checking;

    Introductions(Parts parts, Account account, Key uid) {
        this.parts = parts;
        this.account = account;
        this.uid = uid;
    }

    /**
     * Proves this device to the other end, which then proves itself.
     *
     * @return completes with the id of the sibling's device; fails with {@link RpcException} or
     *         {@link bytchat.api.bencode.BencodeException}
     */
    CompletionStage<byte[]> introduce(Peer peer) {
        byte[] reply = new byte[Challenges.NONCE_BYTES];
        parts.environment().random().nextBytes(reply);
        return peer.call("challenge", BDict.builder().put("target", uid.unsafeArray()).build())
                .thenCompose(answer -> peer.call("direct_sibling", BDict.builder().put("proof", proof(
                        peer, answer.requireBytes("nonce", Challenges.NONCE_BYTES), Optional.of(reply))).build()))
                .thenCompose(answer -> {
                    SiblingProof theirs = new SiblingProof(answer.requireDict("proof"));
                    if (!Arrays.equals(theirs.nonce(), reply) && parts.defends(Defence.SIBLING_NONCE)) {
                        return refused(RpcException.BAD_NONCE, "the proof is not for the nonce of this introduction");
                    }
                    return check(peer, theirs);
                });
    }

    /** A sibling that has introduced itself, and what to answer. */
    record Introduced(byte[] deviceId, BDict answer) {
    }

    /** Serves {@code direct_sibling}. */
    CompletionStage<Introduced> introduced(Peer peer, SiblingProof theirs) {
        Optional<byte[]> reply = theirs.reply();
        if (reply.isEmpty()) {
            return refused(RpcException.PROTOCOL, "'reply' is missing");
        }
        if (!parts.challenges().redeem(peer, uid, theirs.nonce()) && parts.defends(Defence.SIBLING_NONCE)) {
            return refused(RpcException.BAD_NONCE, "the nonce is not, or no longer, good");
        }
        return check(peer, theirs).thenApply(device -> new Introduced(device,
                BDict.builder().put("proof", proof(peer, reply.get(), Optional.empty())).build()));
    }

    private BDict proof(Peer peer, byte[] nonce, Optional<byte[]> reply) {
        BDict.Builder unsigned = account.credentials().dict().with()
                .put("target", uid.unsafeArray())
                .put("from", parts.node().nodeKey().publicKey())
                .put("to", peer.nodeKey())
                .put("nonce", nonce)
                .put("ts", parts.environment().clock().millis());
        reply.ifPresent(asked -> unsigned.put("reply", asked));
        BDict record = unsigned.build();
        return Signed.with(record, account.signAsDevice(Signed.message(Tag.SIBLING, record)));
    }

    private CompletionStage<byte[]> check(Peer peer, SiblingProof theirs) {
        Credentials credentials = theirs.credentials();
        byte[] device = Digests.sha512_256(credentials.certificate().deviceKey());
        Optional<String> wrong = wrong(peer, theirs, device);
        if (wrong.isPresent()) {
            return refused(RpcException.REFUSED, wrong.get());
        }
        if (checking >= CHECKS_MAX) {
            return CompletableFuture.failedFuture(RpcException.answered(RpcException.QUOTA, "this node is busy",
                    BDict.builder().put("retry_after_s", RETRY_AFTER_SECONDS).build()));
        }
        checking++;
        return parts.environment().workers().submit(() -> forged(theirs)).whenComplete((reason, failure) -> checking--)
                .thenCompose(reason -> reason.isEmpty()
                        ? adopt(credentials.devices())
                        : refused(RpcException.BAD_SIGNATURE, reason.get()))
                .thenApply(adopted -> device);
    }

    /** What can be seen without a signature. */
    private Optional<String> wrong(Peer peer, SiblingProof theirs, byte[] device) {
        if (!Arrays.equals(theirs.target(), uid.unsafeArray())
                || !Arrays.equals(theirs.credentials().accountKey(), account.publicKey())) {
            return Optional.of("the proof is another account's");
        }
        boolean thisLink = Arrays.equals(theirs.from(), peer.nodeKey())
                && Arrays.equals(theirs.to(), parts.node().nodeKey().publicKey());
        if (!thisLink && parts.defends(Defence.SIBLING_NODES)) {
            return Optional.of("the proof was made for a link between other nodes");
        }
        if (Arrays.equals(device, account.deviceId())) {
            return Optional.of("the proof is this device's own");
        }
        if (Math.abs(theirs.timestampMillis() - parts.environment().clock().millis()) > CLOCK_TOLERANCE.toMillis()) {
            return Optional.of("the clocks of the two devices are more than " + CLOCK_TOLERANCE.toMinutes() + " minutes apart");
        }
        return revoked(device) ? Optional.of("the device is revoked") : Optional.empty();
    }

    /** Whether this device's list says that another one is revoked. */
    boolean revoked(byte[] device) {
        DeviceList ours = account.credentials().devices();
        return ours.revoked().stream().anyMatch(id -> Arrays.equals(id.unsafeArray(), device))
                && parts.defends(Defence.SIBLING_LIST);
    }

    /** On a worker. */
    private Optional<String> forged(SiblingProof theirs) {
        Credentials credentials = theirs.credentials();
        return parts.verifier().credentials(credentials).or(() -> parts.check().ed25519(
                credentials.certificate().deviceKey(), Signed.message(Tag.SIBLING, theirs.dict()), theirs.sig())
                ? Optional.empty()
                : Optional.of("the sibling signature is wrong"));
    }

    /** Their list may be newer than ours, or made at the same time. */
    private CompletionStage<Boolean> adopt(DeviceList theirs) {
        if (theirs.dict().equals(account.credentials().devices().dict())) {
            return CompletableFuture.completedFuture(false);
        }
        return account.adopt(theirs).handle((adopted, failure) -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(adopted);
            }
            Throwable cause = Failures.cause(failure);
            return Introductions.<Boolean>refused(cause instanceof IOException ? RpcException.SERVER : RpcException.REFUSED,
                    "the device lists do not go together: " + cause.getMessage());
        }).thenCompose(stage -> stage);
    }

    private static <T> CompletionStage<T> refused(int code, String why) {
        return CompletableFuture.failedFuture(RpcException.answered(code, why));
    }
}
