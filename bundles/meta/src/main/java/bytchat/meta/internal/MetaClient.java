package bytchat.meta.internal;

import bytchat.api.account.Account;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.env.Environment;
import bytchat.api.env.Failures;
import bytchat.api.holder.Holders;
import bytchat.api.holder.Replies;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.meta.MetaRecord;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcException;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * {@link MetaDirectory} over the holders of meta keys (protocol, section 7). May be used from any thread.
 *
 * <p>Threat: holders answer with nothing, with somebody else's or with an old record. Answer: all are asked, every
 * record is verified, the newest wins, and never one older than what was seen before ({@link SeenMeta}).
 */
public final class MetaClient implements MetaDirectory {
    private final Environment environment;
    private final KeySpace keySpace;
    private final Holders holders;
    private final Verifier verifier;
    private final Supplier<List<Integer>> suites;
    private final Set<MetaCheck> checks;
    private final SeenMeta seen = new SeenMeta();

    /** @param suites the numbers of the session suites that this node can speak, asked at each publication */
    public MetaClient(Environment environment, KeySpace keySpace, Holders holders, Verifier verifier,
            Supplier<List<Integer>> suites) {
        this(environment, keySpace, holders, verifier, suites, EnumSet.allOf(MetaCheck.class));
    }

    MetaClient(Environment environment, KeySpace keySpace, Holders holders, Verifier verifier,
            Supplier<List<Integer>> suites, Set<MetaCheck> checks) {
        this.environment = environment;
        this.keySpace = keySpace;
        this.holders = holders;
        this.verifier = verifier;
        this.suites = suites;
        this.checks = checks;
    }

    @Override
    public CompletionStage<Published> publish(Account account) {
        return onLoop(() -> put(account, keySpace.uid(account.publicKey()), true));
    }

    @Override
    public CompletionStage<Optional<MetaRecord>> fetch(Key uid) {
        return onLoop(() -> newest(uid));
    }

    private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        environment.loop().execute(() -> begin(task).whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failures.cause(failure));
            }
        }));
        return result;
    }

    /** What the task throws, for its account has just been locked, fails the stage instead of leaving it open. */
    private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> task) {
        return CompletableFuture.completedFuture(null).thenCompose(x -> task.get());
    }

    // ---- publish

    private CompletionStage<Published> put(Account account, Key uid, boolean mayRepeat) {
        BDict unsigned = BDict.builder().put("id", uid.unsafeArray()).put("content", content(account, uid)).build();
        return account.signAsAccount(Signed.message(Tag.META, unsigned)).thenCompose(sig -> {
            MetaRecord record = new MetaRecord(Signed.with(unsigned, sig));
            return holders.ask(keySpace.metaKey(uid), peer -> put(peer, record)).thenCompose(replies -> {
                if (!replies.replies().isEmpty()) {
                    // Not before: what nobody took, for our clock is wrong, must not set the time of later ones.
                    seen.saw(uid, record);
                }
                if (mayRepeat && replies.failures().stream().anyMatch(failure -> isStale(failure.cause()))) {
                    // Another device, or this one with another clock, has published later: go above what it has signed.
                    return newest(uid).thenCompose(newest -> put(account, uid, false));
                }
                return CompletableFuture.completedFuture(new Published(
                        replies.replies().size(),
                        replies.replies().size() + replies.failures().size(),
                        reason(replies)));
            });
        });
    }

    private BDict content(Account account, Key uid) {
        return BDict.builder()
                .put("avatar", account.avatar())
                .put("devices", account.credentials().devices().dict())
                .put("name", account.name())
                .put("prekeys", account.prekeys().dict())
                .put("public_key", account.publicKey())
                .put("suites", suites.get().stream().map(BInteger::new).toList())
                .put("timestamp", seen.next(uid, environment.clock().millis()))
                .build();
    }

    private static CompletionStage<BDict> put(Peer peer, MetaRecord record) {
        return peer.call("meta_put", BDict.builder().put("meta", record.dict()).build());
    }

    private static boolean isStale(Throwable cause) {
        return Failures.cause(cause) instanceof RpcException refusal && refusal.code() == RpcException.STALE;
    }

    private static String reason(Replies<?> replies) {
        return replies.failures().isEmpty()
                ? replies.reason()
                : "a holder refused: " + Failures.cause(replies.failures().get(0).cause()).getMessage();
    }

    // ---- fetch

    /** What a holder answered, and whether that holds. */
    private record Held(Peer peer, Optional<MetaRecord> record) {
    }

    private CompletionStage<Optional<MetaRecord>> newest(Key uid) {
        return holders.ask(keySpace.metaKey(uid), peer -> get(peer, uid))
                .thenCompose(replies -> environment.workers().submit(() -> valid(uid, replies)))
                .thenApply(held -> choose(uid, held));
    }

    private static CompletionStage<Optional<MetaRecord>> get(Peer peer, Key uid) {
        return peer.call("meta_get", BDict.builder().put("target", uid.unsafeArray()).build())
                .thenApply(answer -> answer.dict("meta").map(MetaRecord::new));
    }

    private List<Held> valid(Key uid, Replies<Optional<MetaRecord>> replies) {
        List<Held> held = new ArrayList<>();
        for (Replies.Reply<Optional<MetaRecord>> reply : replies.replies()) {
            held.add(new Held(reply.peer(), reply.value()
                    .filter(record -> Arrays.equals(record.uid(), uid.unsafeArray())
                            || !checks.contains(MetaCheck.WHOSE))
                    .filter(record -> verifier.meta(record, keySpace).isEmpty())));
        }
        return held;
    }

    private Optional<MetaRecord> choose(Key uid, List<Held> held) {
        Optional<MetaRecord> newest = held.stream().flatMap(each -> each.record().stream())
                .filter(record -> seen.allows(uid, record) || !checks.contains(MetaCheck.NEWEST))
                .max(MetaOrder.NEWEST_LAST);
        newest.ifPresent(record -> {
            seen.saw(uid, record);
            writeBack(record, held);
        });
        return newest;
    }

    /** Nobody waits for it: a holder that does not take it is asked again with the next fetch. */
    private static void writeBack(MetaRecord newest, List<Held> held) {
        held.stream()
                .filter(each -> each.record().isEmpty()
                        || MetaOrder.NEWEST_LAST.compare(each.record().get(), newest) < 0)
                .forEach(each -> put(each.peer(), newest));
    }
}
