package bytchat.stores.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import bytchat.api.store.MailboxStore;
import bytchat.api.store.MailboxStore.StoredEnvelope;
import bytchat.api.store.Stores.Kind;
import bytchat.store.memory.internal.MemoryMailboxStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node with two disks that may crash, people who leave mail with it, and what it has promised them. */
final class Machine implements NodeStores.ActiveLedger {
    static final BBytes PHONE = BBytes.of("phone");
    static final long EXPIRY_MILLIS = 1_000_000_000;
    private static final Key BOB = Key.of(new byte[64]);

    final VirtualTime time;
    final SlowDisk<MailboxStore> one;
    final SlowDisk<MailboxStore> two;
    final Safeguards safeguards;
    /** On disk. */
    private final Map<Kind, String> ledger = new EnumMap<>(Kind.class);
    private String configured = "one";
    private VirtualTime.Process process;
    private NodeStores stores;
    private int numbers;

    /** What was promised. */
    final Set<BBytes> stored = new LinkedHashSet<>();
    final Set<BBytes> buried = new HashSet<>();
    /** Envelopes whose acknowledgement is under way. */
    final Set<BBytes> perhapsBuried = new HashSet<>();
    final List<Throwable> refused = new ArrayList<>();

    Machine(long seed, Safeguards safeguards) {
        this.time = new VirtualTime(seed);
        this.safeguards = safeguards;
        VirtualTime.Process disk = time.new Process();
        one = new SlowDisk<>(time, "one", MailboxStore.class, new MemoryMailboxStore(disk, 100_000, 1 << 30));
        two = new SlowDisk<>(time, "two", MailboxStore.class, new MemoryMailboxStore(disk, 100_000, 1 << 30));
    }

    void start() {
        process = time.new Process();
        Map<Kind, String> wanted = new HashMap<>();
        for (Kind kind : Kind.values()) {
            wanted.put(kind, configured);
        }
        stores = new NodeStores(process, new StoresSettings(wanted, Duration.ofSeconds(15)), this, safeguards);
        stores.addMailbox(one.in(process));
        stores.addMailbox(two.in(process));
    }

    void crash() {
        process.crash();
    }

    NodeStores stores() {
        return stores;
    }

    VirtualTime.Process process() {
        return process;
    }

    void configure(String name) {
        configured = name;
    }

    @Override
    public Optional<String> active(Kind kind) {
        return Optional.ofNullable(ledger.get(kind));
    }

    @Override
    public CompletionStage<Void> activate(Kind kind, String name) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        process.schedule(time.upTo(Duration.ofMillis(3)), () -> {
            configured = name;
            process.schedule(time.upTo(Duration.ofMillis(3)), () -> {
                ledger.put(kind, name);
                process.schedule(time.upTo(Duration.ofMillis(3)), () -> done.complete(null));
            });
        });
        return done;
    }

    /** Mail comes and is fetched, at random moments of this time. */
    void traffic(Duration during, int envelopes) {
        VirtualTime.Process mine = process;
        NodeStores now = stores;
        for (int i = 0; i < envelopes; i++) {
            mine.schedule(time.upTo(during), () -> leave(now, mine));
        }
    }

    private void leave(NodeStores now, VirtualTime.Process mine) {
        BBytes id = BBytes.of("envelope " + numbers++);
        now.mailbox().put(new StoredEnvelope("default", BOB, id, 0, EXPIRY_MILLIS, id.toArray())).whenComplete((outcome, failure) -> {
            if (failure != null) {
                refused.add(failure);
                return;
            }
            stored.add(id);
            if (time.random.nextInt(3) == 0) {
                mine.schedule(time.upTo(Duration.ofMillis(20)), () -> fetch(now, id));
            }
        });
    }

    private void fetch(NodeStores now, BBytes id) {
        perhapsBuried.add(id);
        now.mailbox().acknowledge("default", BOB, id, PHONE, new byte[] {1}, Set.of(PHONE)).whenComplete((outcome, failure) -> {
            if (failure == null && outcome == MailboxStore.AckOutcome.BURIED) {
                buried.add(id);
            }
        });
    }

    /** What is wrong with what the node holds, compared with what it has promised. */
    List<String> wrong() {
        List<StoredEnvelope> mail = waiting();
        List<BBytes> waiting = mail.stream().map(StoredEnvelope::id).toList();
        List<Long> arrivals = mail.stream().map(StoredEnvelope::arrival).toList();
        List<String> wrong = new ArrayList<>();
        for (BBytes id : stored) {
            if (!waiting.contains(id) && !perhapsBuried.contains(id)) {
                wrong.add("lost: " + id);
            }
        }
        for (BBytes id : buried) {
            if (waiting.contains(id)) {
                wrong.add("revived: " + id);
            } else if (now(stores.mailbox().put(new StoredEnvelope("default", BOB, id, 0, 1, new byte[1])))
                    != MailboxStore.PutOutcome.BURIED) {
                wrong.add("its tombstone is lost: " + id);
            }
        }
        if (new HashSet<>(waiting).size() != waiting.size()) {
            wrong.add("twice: " + waiting);
        }
        if (!arrivals.stream().sorted().distinct().toList().equals(arrivals)) {
            wrong.add("out of order");
        }
        return wrong;
    }

    /** All mail, as a device that fetches it would see it. */
    List<StoredEnvelope> waiting() {
        List<StoredEnvelope> mail = new ArrayList<>();
        List<StoredEnvelope> page;
        long after = 0;
        while (!(page = now(stores.mailbox().waiting("default", BOB, PHONE, after, 256))).isEmpty()) {
            mail.addAll(page);
            after = page.get(page.size() - 1).arrival();
        }
        return mail;
    }

    /** All of it is fetched, and so long ago that nothing is left of it. */
    void fetchAllAndForget() {
        for (StoredEnvelope envelope : waiting()) {
            now(stores.mailbox().acknowledge("default", BOB, envelope.id(), PHONE, new byte[] {1}, Set.of(PHONE)));
        }
        now(stores.mailbox().expire(2 * EXPIRY_MILLIS, 10_000));
    }

    <T> T now(CompletionStage<T> stage) {
        time.run(Duration.ofSeconds(1));
        return stage.toCompletableFuture().getNow(null);
    }
}
