package bytchat.messaging.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.env.Failures;
import bytchat.api.plane.Sibling;
import bytchat.api.rpc.RpcException;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.wire.Bencode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Answers one other device of the account what it asks. It asks in its own order and remembers how far it has come, so nothing is kept here
 * for it. Only contacts whom the user has accepted are spoken of.
 */
final class SiblingAnswers {
    static final int VERSION = 1;
    /** Contacts of one answer, or in one notice of changes: 110 bytes each. */
    static final int CONTACTS_MAX = 512;
    /** Sessions of a contact, the newest: a contact can make many before old ones are let go. */
    static final int SESSIONS_MAX = MessagingSettings.SESSIONS_MAX * 2;
    /** Messages that are listed at a time: they are read whole, so at most 1.5 MiB. */
    static final int LISTED_MAX = 32;
    /** Messages whose state is asked for at a time. */
    static final int STATES_MAX = 128;
    /** Questions of one device that are being answered at a time. */
    static final int UNDER_WAY_MAX = 4;
    /** Of an answer, kept free for what is around its entries. */
    private static final int ROOM_BYTES = 2 * 1024;

    private final Core core;
    private final Roster roster;
    private final Consumer<DeviceList> listShown;
    private final Consumer<List<Shared.Summary>> changes;
    private final BiFunction<Correspondent, Receipts.Delivered, CompletionStage<Void>> delivered;
    private int underWay;

    /**
     * @param listShown hears of the other device's list
     * @param changes   hears of what it says has changed there
     * @param delivered takes a receipt that it passes on
     */
    SiblingAnswers(Core core, Roster roster, Consumer<DeviceList> listShown, Consumer<List<Shared.Summary>> changes,
            BiFunction<Correspondent, Receipts.Delivered, CompletionStage<Void>> delivered) {
        this.core = core;
        this.roster = roster;
        this.listShown = listShown;
        this.changes = changes;
        this.delivered = delivered;
    }

    /** Completes with the answer; fails with {@link RpcException}. */
    CompletionStage<BDict> answer(BDict question) {
        if (underWay >= UNDER_WAY_MAX) {
            return Stages.failed(RpcException.answered(RpcException.QUOTA, "too many questions at a time"));
        }
        underWay++;
        return Stages.call(() -> dispatch(question)).handle((answer, failure) -> {
            underWay--;
            if (failure == null) {
                return Stages.done(answer);
            }
            Throwable cause = Failures.cause(failure);
            return Stages.<BDict>failed(cause instanceof RpcException ? cause
                    : cause instanceof BencodeException ? RpcException.answered(RpcException.PROTOCOL, cause.getMessage())
                    : RpcException.answered(RpcException.SERVER, Stages.sentence(cause)));
        }).thenCompose(stage -> stage);
    }

    private CompletionStage<BDict> dispatch(BDict question) {
        return switch (question.requireText("q")) {
            case "hello" -> hello(question);
            case "look" -> Stages.done(look(question));
            case "changed" -> changed(question);
            case "receipt" -> receipt(question);
            case "contact" -> Stages.done(about(question).map(this::contact).orElse(BDict.EMPTY));
            case "handshake" -> Stages.done(about(question).flatMap(c -> c.handshake(question.requireInteger("mine") == 1,
                    question.requireBytes("id", 32))).map(Shared::dict).orElse(BDict.EMPTY));
            case "list" -> about(question).map(c -> list(c, question.requireInteger("from"))).orElseGet(() -> Stages.done(BDict.EMPTY));
            case "messages" -> about(question).map(c -> messages(c, Shared.numbers(question, "n", LISTED_MAX)))
                    .orElseGet(() -> Stages.done(BDict.EMPTY));
            case "states" -> about(question).map(c -> states(c, Shared.numbers(question, "n", STATES_MAX)))
                    .orElseGet(() -> Stages.done(BDict.EMPTY));
            default -> Stages.failed(RpcException.answered(RpcException.METHOD_UNKNOWN, "this question is not known here"));
        };
    }

    private Optional<Correspondent> about(BDict question) {
        return roster.byFingerprint(BBytes.wrap(question.requireBytes("c", 64))).filter(Correspondent::accepted);
    }

    private CompletionStage<BDict> hello(BDict question) {
        if (question.requireInteger("v") != VERSION) {
            return Stages.failed(RpcException.answered(RpcException.METHOD_UNKNOWN, "this device speaks version " + VERSION));
        }
        listShown.accept(new DeviceList(question.requireDict("devices")));
        return Stages.done(BDict.builder().put("devices", core.account.credentials().devices().dict()).build());
    }

    /** Where we stand with each contact, in the order of their fingerprints. */
    private BDict look(BDict question) {
        BBytes after = BBytes.wrap(question.requireBytesUpTo("after", 64));
        List<Correspondent> further = roster.all().stream().filter(c -> c.accepted() && c.fingerprint.compareTo(after) > 0)
                .sorted((a, b) -> a.fingerprint.compareTo(b.fingerprint)).toList();
        return BDict.builder().put("contacts", further.stream().limit(CONTACTS_MAX).map(c -> Shared.summary(c).dict()).toList())
                .put("more", further.size() > CONTACTS_MAX ? 1 : 0).build();
    }

    private CompletionStage<BDict> changed(BDict question) {
        changes.accept(Shared.dicts(question, "contacts", CONTACTS_MAX).stream().map(Shared.Summary::of).toList());
        return Stages.done(BDict.EMPTY);
    }

    /** A receipt that came there, and may be for what this device has sent. */
    private CompletionStage<BDict> receipt(BDict question) {
        Receipts.Delivered receipt = new Receipts.Delivered(BBytes.wrap(question.requireBytes("c", 64)),
                BBytes.wrap(question.requireBytes("id", 32)), BBytes.wrap(question.requireBytes("sig", 64)));
        return about(question).map(c -> delivered.apply(c, receipt).thenApply(x -> BDict.EMPTY)).orElseGet(() -> Stages.done(BDict.EMPTY));
    }

    private BDict contact(Correspondent c) {
        return BDict.builder().put("record", Shared.dict(c.record().orElseThrow()))
                .put("sessions", c.sessions().stream().skip(Math.max(0, c.sessions().size() - SESSIONS_MAX)).map(Shared::dict).toList())
                .put("mine", c.handshakes(true).stream().map(SiblingAnswers::listed).toList())
                .put("theirs", c.handshakes(false).stream().map(SiblingAnswers::listed).toList())
                .put("dead", c.dead().keySet().stream().limit(Correspondent.DEAD_MAX).toList()).build();
    }

    private static BDict listed(HandshakeRecord h) {
        return BDict.builder().put("id", h.id()).put("ok", h.answered() ? 1 : 0).build();
    }

    /** Which messages are here, from a number on, and the number to go on from. */
    private CompletionStage<BDict> list(Correspondent c, long from) {
        BBytes behind = from <= 0 ? c.fingerprint : MessageRecord.keyOf(c.fingerprint, from - 1);
        return core.ledger.after(MessageRecord.class, c.fingerprint, behind, LISTED_MAX).thenApply(page -> BDict.builder()
                .put("messages", page.stream().map(m -> BDict.builder().put("n", m.number()).put("dev", m.device()).put("seq", m.sequence())
                        .put("out", m.outgoing() ? 1 : 0).put("state", m.state().ordinal()).build()).toList())
                .put("next", page.isEmpty() ? from : page.get(page.size() - 1).number() + 1).build());
    }

    /** As many of these messages as one answer holds, at least the first. */
    private CompletionStage<BDict> messages(Correspondent c, List<Long> numbers) {
        List<BDict> some = new ArrayList<>();
        CompletionStage<Integer> all = Stages.done(Sibling.BYTES_MAX - ROOM_BYTES);
        for (long number : numbers) {
            all = all.thenCompose(room -> room <= 0 ? Stages.done(room)
                    : core.ledger.get(MessageRecord.class, MessageRecord.keyOf(c.fingerprint, number)).thenApply(found -> {
                        if (found.isEmpty()) {
                            return room;
                        }
                        BDict dict = Shared.dict(found.get(), number <= c.read());
                        int left = room - Bencode.encodedBytes(dict);
                        if (left >= 0) {
                            some.add(dict);
                        }
                        return left;
                    }));
        }
        return all.thenApply(room -> BDict.builder().put("messages", List.<BValue>copyOf(some)).build());
    }

    private CompletionStage<BDict> states(Correspondent c, List<Long> numbers) {
        List<BDict> some = new ArrayList<>();
        CompletionStage<Void> all = Stages.done();
        for (long number : numbers) {
            all = all.thenCompose(x -> core.ledger.get(MessageRecord.class, MessageRecord.keyOf(c.fingerprint, number)))
                    .thenAccept(found -> found.ifPresent(m -> some.add(BDict.builder().put("n", new BInteger(m.number()))
                            .put("state", m.state().ordinal()).put("detail", m.detail()).build())));
        }
        return all.thenApply(x -> BDict.builder().put("states", List.<BValue>copyOf(some)).build());
    }
}
