package bytchat.mainline.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BValue;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.mainline.Mainline;
import bytchat.api.mainline.MutableItem;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcException;
import bytchat.mainline.internal.ItemStore.Item;
import bytchat.mainline.internal.ItemStore.Signed;
import bytchat.wire.Bencode;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Serves {@code get} and {@code put} (BEP 44).
 *
 * <p>Threats and answers: writes in others' names, see {@link Tokens}; a value that its owner has not written, or an old one again: the
 * signature and the sequence number are checked; more than the room: {@link Sources}, {@link Shelf}, and a bound on each value. The
 * cheapest checks come first, so that a forged signature costs its sender a token and a datagram each time.
 */
final class ItemServer {
    private final KeySpace keySpace;
    private final ItemStore store;
    private final Tokens tokens;
    private final Answers answers;
    private final MainlineDefences defences;

    ItemServer(KeySpace keySpace, ItemStore store, Tokens tokens, Answers answers, MainlineDefences defences) {
        this.keySpace = keySpace;
        this.store = store;
        this.tokens = tokens;
        this.answers = answers;
        this.defences = defences;
    }

    BDict get(Request request) {
        BDict arguments = request.arguments();
        Key target = Key.of(arguments.requireBytes("target", keySpace.bits() / 8));
        OptionalLong known = arguments.integer("seq");
        BDict.Builder result = answers.begin(request, target);
        store.get(target).ifPresent(item -> {
            item.signed().ifPresent(signed -> result.put("seq", signed.sequence()));
            boolean news = item.signed().isEmpty() || known.isEmpty()
                    || item.signed().get().sequence() > known.getAsLong();
            if (news) {
                item.signed().ifPresent(signed -> result.put("k", signed.publicKey()).put("sig", signed.signature()));
                result.put("v", Bencode.decode(item.value(), item.value().length));
            }
        });
        return result.build();
    }

    BDict put(Request request) throws RpcException {
        BDict arguments = request.arguments();
        InetAddress from = request.from().getAddress();
        if (defences.tokens() && !tokens.good(arguments.requireBytes("token"), from)) {
            throw RpcException.answered(RpcException.PROTOCOL, "bad token");
        }
        if (arguments.get("k").isEmpty()) {
            store(Bep44.value(arguments), from);
        } else {
            byte[] salt = arguments.bytes("salt").orElse(new byte[0]);
            if (salt.length > MutableItem.SALT_BYTES_MAX) {
                throw RpcException.answered(RpcException.SALT_TOO_BIG,
                        "a salt has at most " + MutableItem.SALT_BYTES_MAX + " bytes");
            }
            store(Bep44.mutable(arguments, salt), arguments.integer("cas"), from);
        }
        return BDict.EMPTY;
    }

    /** Checks and holds an immutable value. */
    void store(BValue value, InetAddress from) throws RpcException {
        byte[] bytes = bounded(value);
        hold(Key.of(keySpace.hash().digest(bytes)), new Item(bytes, Optional.empty()), from);
    }

    /** Checks and holds a mutable item. */
    void store(MutableItem item, OptionalLong compareAndSwap, InetAddress from) throws RpcException {
        byte[] bytes = bounded(item.value());
        Key target = Bep44.target(keySpace, item.publicKey().unsafeArray(), item.salt().unsafeArray());
        Optional<Item> held = store.get(target).filter(old -> old.signed().isPresent());
        if (held.isPresent()) {
            long sequence = held.get().signed().orElseThrow().sequence();
            if (defences.compareAndSwap() && compareAndSwap.isPresent() && compareAndSwap.getAsLong() != sequence) {
                throw RpcException.answered(RpcException.CAS_MISMATCH, "another sequence number is stored: " + sequence);
            }
            boolean same = item.sequence() == sequence && Arrays.equals(bytes, held.get().value());
            if (same) {
                // As it was verified before: only its time begins anew.
                hold(target, held.get(), from);
                return;
            }
            if (defences.newest() && item.sequence() <= sequence) {
                throw RpcException.answered(RpcException.STALE, "as high a sequence number is stored: " + sequence);
            }
        }
        if (defences.signatures() && !Bep44.signed(item)) {
            throw RpcException.answered(RpcException.BAD_SIGNATURE, "the signature does not hold");
        }
        hold(target, new Item(bytes, Optional.of(new Signed(
                item.publicKey().unsafeArray(), item.sequence(), item.signature().unsafeArray()))), from);
    }

    private byte[] bounded(BValue value) throws RpcException {
        if (defences.sizes() && Bencode.encodedBytes(value) > Mainline.VALUE_BYTES_MAX) {
            throw RpcException.answered(RpcException.TOO_BIG,
                    "a value has at most " + Mainline.VALUE_BYTES_MAX + " bytes");
        }
        return Bencode.encode(value);
    }

    private void hold(Key target, Item item, InetAddress from) throws RpcException {
        if (!store.put(target, item, from)) {
            throw RpcException.answered(RpcException.SERVER, "no room");
        }
    }
}
