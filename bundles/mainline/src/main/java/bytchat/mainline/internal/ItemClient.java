package bytchat.mainline.internal;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mainline.Found;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.mainline.Stored;
import bytchat.api.routing.LookupRequest;
import bytchat.api.routing.LookupResult;
import bytchat.api.routing.RoutingPlane;
import bytchat.wire.Bencode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Looks for values and stores them (BEP 44).
 *
 * <p>Threat: an answer brings what nobody has stored, or an old item. Answer: an immutable value must have the hash that was looked for;
 * a mutable item must be signed by its key, and of all that the nearest nodes have the newest counts.
 */
final class ItemClient {
    private static final String GET = "get";
    private static final String PUT = "put";

    private final LocalNode local;
    private final Supplier<RoutingPlane> routing;
    private final Storing storing;
    private final ItemStore store;
    private final ItemServer server;
    private final MainlineSettings settings;
    private final MainlineDefences defences;

    ItemClient(LocalNode local, Supplier<RoutingPlane> routing, Storing storing, ItemStore store, ItemServer server,
            MainlineSettings settings, MainlineDefences defences) {
        this.local = local;
        this.routing = routing;
        this.storing = storing;
        this.store = store;
        this.server = server;
        this.settings = settings;
        this.defences = defences;
    }

    CompletionStage<Found<BValue>> get(Key target) {
        Optional<BValue> held = store.get(target).filter(item -> item.signed().isEmpty()).map(ItemClient::value);
        if (held.isPresent()) {
            return CompletableFuture.completedStage(new Found<>(target, held, satisfiedHere(target)));
        }
        BValue[] found = new BValue[1];
        LookupRequest request = question(target, (from, result) -> {
            Optional<BValue> value = result.get("v")
                    .filter(v -> !defences.valuesChecked() || Bep44.target(local.keySpace(), v).equals(target));
            value.ifPresent(v -> found[0] = v);
            return value.isPresent();
        });
        return routing.get().search(request).result()
                .thenApply(lookup -> new Found<>(target, Optional.ofNullable(found[0]), lookup));
    }

    CompletionStage<Found<MutableItem>> get(byte[] publicKey, byte[] salt) {
        Key target = Bep44.target(local.keySpace(), publicKey, salt);
        MutableItem[] newest = new MutableItem[1];
        store.get(target).ifPresent(item -> item.signed().ifPresent(signed -> newest[0] = new MutableItem(
                BBytes.of(publicKey), BBytes.of(salt), signed.sequence(), value(item), BBytes.of(signed.signature()))));
        LookupRequest request = question(target, (from, result) -> {
            newer(result, publicKey, salt, newest[0]).ifPresent(item -> newest[0] = item);
            return false;
        });
        return routing.get().search(request).result()
                .thenApply(lookup -> new Found<>(target, Optional.ofNullable(newest[0]), lookup));
    }

    /** The item of an answer, if it is one, newer than what is known, and its owner's. */
    private Optional<MutableItem> newer(BDict result, byte[] publicKey, byte[] salt, MutableItem known) {
        if (result.get("v").isEmpty()) {
            return Optional.empty();
        }
        try {
            MutableItem item = Bep44.mutable(result, salt);
            boolean newer = known == null || item.sequence() > known.sequence();
            boolean good = !defences.valuesChecked()
                    || item.publicKey().equals(BBytes.wrap(publicKey)) && Bep44.signed(item);
            return newer && good ? Optional.of(item) : Optional.empty();
        } catch (BencodeException e) {
            return Optional.empty(); // not an item: as good as no answer
        }
    }

    private LookupRequest question(Key target, LookupRequest.Watcher watcher) {
        return LookupRequest.nodes(target, settings.copies()).asking(GET, asked(target), watcher);
    }

    private static BDict asked(Key target) {
        return BDict.builder().put("target", target.unsafeArray()).build();
    }

    CompletionStage<Stored> put(BValue value) {
        requireFits(value);
        Key target = Bep44.target(local.keySpace(), value);
        BDict written = BDict.builder().put("v", value).build();
        return storing.store(new Storing.Order(target, GET, asked(target), PUT, written,
                () -> server.store(value, local.endpoint().getAddress())));
    }

    CompletionStage<Stored> put(MutableItem item, OptionalLong compareAndSwap) {
        requireFits(item.value());
        Key target = Bep44.target(local.keySpace(), item.publicKey().unsafeArray(), item.salt().unsafeArray());
        BDict.Builder written = Bep44.arguments(item);
        compareAndSwap.ifPresent(sequence -> written.put("cas", sequence));
        // Who has nothing newer need not send what it has: a question that names a sequence number saves the values.
        BDict asked = asked(target).with().put("seq", item.sequence()).build();
        return storing.store(new Storing.Order(target, GET, asked, PUT, written.build(),
                () -> server.store(item, compareAndSwap, local.endpoint().getAddress())));
    }

    private static void requireFits(BValue value) {
        int bytes = Bencode.encodedBytes(value);
        if (bytes > Mainline.VALUE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a value has at most " + Mainline.VALUE_BYTES_MAX + " bytes in bencode, not " + bytes);
        }
    }

    private static BValue value(ItemStore.Item item) {
        return Bencode.decode(item.value(), item.value().length);
    }

    private static LookupResult satisfiedHere(Key target) {
        return new LookupResult.Satisfied(target, List.of(), new LookupResult.Effort(0, 0, 0, 0));
    }
}
