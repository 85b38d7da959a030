package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mailbox.Envelope;
import bytchat.api.mailbox.Permit;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.meta.MetaRecord;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.Dispatch;
import bytchat.api.status.Status;
import bytchat.transport.memory.SimulatedHost;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Test double of the holders behind a delivery plane and a meta directory: keeps envelopes until they are acknowledged, and, with the
 * given chances, loses them, says so wrongly, delivers them twice, late, in any order, and forgets acknowledgements.
 */
final class PostOffice {
    /** @param loss chance that a put stores nothing  @param deaf chance that a put stores, but the sender hears otherwise */
    record Weather(double loss, double deaf, double duplication, double forgetAck, Duration delayMax) {
        static final Weather FINE = new Weather(0, 0, 0, 0, Duration.ofMillis(20));
        static final Weather FOUL = new Weather(0.2, 0.1, 0.3, 0.2, Duration.ofSeconds(20));
    }

    final KeySpace keySpace;
    private final Random chance;
    private final Map<Key, Map<BBytes, Envelope>> boxes = new HashMap<>();
    private final Map<Key, List<Box>> attached = new HashMap<>();
    /** By recipient, the newest device list that was seen: who has to acknowledge. */
    private final Map<Key, DeviceList> lists = new HashMap<>();
    private final Map<BBytes, Set<BBytes>> acknowledgements = new HashMap<>();
    private final Map<Key, MetaRecord> metas = new HashMap<>();
    private final List<Envelope> everSent = new ArrayList<>();
    private final Set<Key> held = new HashSet<>();
    private Weather weather;
    private boolean noOtherNode;
    private boolean silent;
    private int holders = 5;
    private int publications;
    private int acknowledged;

    PostOffice(KeySpace keySpace, long seed, Weather weather) {
        this.keySpace = keySpace;
        this.chance = new Random(seed);
        this.weather = weather;
    }

    void weather(Weather changed) {
        weather = changed;
    }

    /** The meta directory never answers what it is asked now. */
    /** How many nodes there are to hold a meta record. */
    void holders(int now) {
        holders = now;
    }

    int publications() {
        return publications;
    }

    void silent(boolean now) {
        silent = now;
    }

    void noOtherNode(boolean now) {
        noOtherNode = now;
    }

    /** Everything that was ever put, losses included. */
    List<Envelope> everSent() {
        return everSent;
    }

    /** From now on nothing is pushed to this user, until released. */
    void hold(Key uid) {
        held.add(uid);
    }

    void release(Key uid) {
        held.remove(uid);
        boxesOf(uid).forEach(box -> box(uid).values().forEach(box::deliver));
    }

    int acknowledged() {
        return acknowledged;
    }

    int waiting() {
        return boxes.values().stream().mapToInt(Map::size).sum();
    }

    Network network(SimulatedHost host) {
        return new Network(Optional.of(keySpace), Optional.of(new OnePlane(plane(host))), Optional.of(directory(host)), Optional.empty());
    }

    /** Puts an envelope into its recipient's mailbox as an attacker would, without asking anybody. */
    void smuggle(Envelope envelope) {
        box(Key.of(envelope.to())).put(idOf(envelope), envelope);
        boxesOf(Key.of(envelope.to())).forEach(b -> b.deliver(envelope));
    }

    private List<Box> boxesOf(Key uid) {
        return List.copyOf(attached.getOrDefault(uid, List.of()));
    }

    /** Where a user's envelopes go now. */
    DeliveryPlane.Inbound inboundOf(Key uid) {
        return attached.get(uid).get(0).inbound;
    }

    /** Where one device's envelopes go now, if it is there. */
    Optional<DeliveryPlane.Inbound> inboundOf(Account device) {
        return boxesOf(keySpace.uid(device.publicKey())).stream().filter(b -> b.account == device && b.host.alive()).findFirst()
                .map(b -> b.inbound);
    }

    boolean attached(Key uid) {
        return !boxesOf(uid).isEmpty();
    }

    /** A device of this user has it; once all have, it goes. */
    private boolean acknowledge(Box by, Envelope envelope) {
        lists.merge(by.uid, by.account.credentials().devices(), (a, b) -> a.number() >= b.number() ? a : b);
        BBytes id = idOf(envelope);
        Set<BBytes> have = acknowledgements.computeIfAbsent(id, i -> new HashSet<>());
        have.add(BBytes.of(by.account.deviceId()));
        DeviceList list = lists.get(by.uid);
        return list.devices().stream().allMatch(device -> have.contains(device) || list.revoked().contains(device))
                && box(by.uid).remove(id) != null;
    }

    private Map<BBytes, Envelope> box(Key uid) {
        return boxes.computeIfAbsent(uid, u -> new LinkedHashMap<>());
    }

    private static BBytes idOf(Envelope envelope) {
        return BBytes.wrap(Signed.id(envelope.dict()));
    }

    private boolean happens(double share) {
        return chance.nextDouble() < share;
    }

    private Duration answerDelay() {
        return Duration.ofNanos(delay().toNanos() % Duration.ofSeconds(20).toNanos());
    }

    private Duration delay() {
        return Duration.ofNanos((long) (chance.nextDouble() * weather.delayMax().toNanos()) + 1_000_000);
    }

    DeliveryPlane plane(SimulatedHost host) {
        return new DeliveryPlane() {
            @Override
            public String name() {
                return "post";
            }

            @Override
            public KeySpace keySpace() {
                return keySpace;
            }

            @Override
            public Attachment attach(Account account, Inbound inbound) {
                Box box = new Box(host, account, inbound);
                attached.computeIfAbsent(box.uid, u -> new ArrayList<>()).removeIf(b -> !b.host.alive());
                attached.get(box.uid).add(box);
                lists.merge(box.uid, account.credentials().devices(), (a, b) -> a.number() >= b.number() ? a : b);
                box(box.uid).values().forEach(box::deliver);
                return box;
            }
        };
    }

    MetaDirectory directory(SimulatedHost host) {
        return new MetaDirectory() {
            @Override
            public CompletionStage<Published> publish(Account account) {
                if (silent) {
                    return new CompletableFuture<>();
                }
                Key uid = keySpace.uid(account.publicKey());
                BDict unsigned = BDict.builder().put("id", uid.unsafeArray()).put("content", BDict.builder()
                        .put("name", account.name()).put("avatar", account.avatar()).put("public_key", account.publicKey())
                        .put("timestamp", host.environment().clock().millis()).put("suites", List.of(new BInteger(1)))
                        .put("prekeys", account.prekeys().dict()).put("devices", account.credentials().devices().dict())
                        .build()).build();
                return account.signAsAccount(Signed.message(Tag.META, unsigned)).thenApply(sig -> {
                    metas.put(uid, new MetaRecord(Signed.with(unsigned, sig)));
                    publications++;
                    return new Published(holders, holders, "");
                });
            }

            @Override
            public CompletionStage<Optional<MetaRecord>> fetch(Key uid) {
                CompletableFuture<Optional<MetaRecord>> result = new CompletableFuture<>();
                if (silent) {
                    return result;
                }
                host.environment().loop().schedule(answerDelay(), () -> result.complete(Optional.ofNullable(metas.get(uid))));
                return result;
            }
        };
    }

    /** What an attacker in the holders' place answers for this user. */
    void replaceMeta(Key uid, Key by) {
        metas.put(uid, metas.get(by));
    }

    private final class Box implements DeliveryPlane.Attachment {
        private final SimulatedHost host;
        private final Account account;
        private final DeliveryPlane.Inbound inbound;
        private final Key uid;
        private boolean closed;

        Box(SimulatedHost host, Account account, DeliveryPlane.Inbound inbound) {
            this.host = host;
            this.account = account;
            this.inbound = inbound;
            this.uid = keySpace.uid(account.publicKey());
        }

        @Override
        public Status status() {
            return Status.ready(Map.of());
        }

        @Override
        public CompletionStage<Dispatch> send(Envelope envelope, Optional<Permit> permit) {
            CompletableFuture<Dispatch> result = new CompletableFuture<>();
            host.environment().loop().schedule(answerDelay(), () -> result.complete(put(envelope, permit)));
            return result;
        }

        private Dispatch put(Envelope envelope, Optional<Permit> permit) {
            everSent.add(envelope);
            if (noOtherNode) {
                return new Dispatch.Waiting(0, 0, "no other node is known");
            }
            Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, host.environment().clock());
            Credentials by = account.credentials();
            Optional<String> wrong = verifier.envelope(envelope, by, keySpace);
            if (wrong.isEmpty() && envelope.kind() != Envelope.Kind.HANDSHAKE) {
                wrong = permit.isEmpty() ? Optional.of("no permit")
                        : verifier.permit(permit.get(), keySpace, account.fingerprint(), envelope.to());
            }
            if (wrong.isPresent()) {
                return new Dispatch.Refused(403, wrong.get(), Duration.ofMinutes(1));
            }
            if (happens(weather.loss())) {
                return new Dispatch.Waiting(1, 5, "stored at 1 holders, 3 are needed");
            }
            Map<BBytes, Envelope> box = box(Key.of(envelope.to()));
            if (box.putIfAbsent(idOf(envelope), envelope) == null) {
                boxesOf(Key.of(envelope.to())).forEach(b -> b.deliver(envelope));
            }
            return happens(weather.deaf()) ? new Dispatch.Waiting(2, 5, "no answer") : new Dispatch.Stored(4, 5);
        }

        void deliver(Envelope envelope) {
            int copies = happens(weather.duplication()) ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                host.environment().loop().schedule(delay(), () -> push(envelope));
            }
        }

        private void push(Envelope envelope) {
            if (closed || !boxesOf(uid).contains(this) || held.contains(uid)) {
                return;
            }
            inbound.accept(envelope).whenComplete((nothing, failure) -> {
                if (failure == null && !happens(weather.forgetAck())) {
                    if (acknowledge(this, envelope)) {
                        acknowledged++;
                    }
                } else {
                    host.environment().loop().schedule(weather.delayMax().dividedBy(10).plusSeconds(30), () -> {
                        if (box(uid).containsKey(idOf(envelope))) {
                            push(envelope);
                        }
                    });
                }
            });
        }

        @Override
        public CompletionStage<Void> drain() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            closed = true;
            attached.getOrDefault(uid, new ArrayList<>()).remove(this);
        }
    }
}
