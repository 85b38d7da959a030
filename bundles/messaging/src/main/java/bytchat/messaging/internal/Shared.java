package bytchat.messaging.internal;

import bytchat.api.account.DeviceCertificate;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import bytchat.api.messaging.Messenger;
import bytchat.api.store.ChatRecord.ContactRecord;
import bytchat.api.store.ChatRecord.HandshakeRecord;
import bytchat.api.store.ChatRecord.MessageRecord;
import bytchat.api.store.ChatRecord.SessionRecord;
import bytchat.api.store.ChatRecord.State;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What devices of one account tell each other, as dictionaries. Readers throw {@link BencodeException} for what is malformed. */
final class Shared {
    static final int DIGEST_BYTES = 8;
    private static final int ROOT_BYTES = 64;
    private static final int SECRET_BYTES_MAX = 4 * 1024;

    private Shared() {
    }

    /**
     * Where a device stands with a contact.
     *
     * @param digest of all but the messages; equal at two devices that know the same
     * @param next   the number that its next message will have
     */
    record Summary(BBytes contact, BBytes digest, long next) {
        BDict dict() {
            return BDict.builder().put("c", contact).put("d", digest).put("n", next).build();
        }

        static Summary of(BDict dict) {
            return new Summary(BBytes.wrap(dict.requireBytes("c", 64)), BBytes.wrap(dict.requireBytes("d", DIGEST_BYTES)),
                    dict.requireInteger("n"));
        }
    }

    static Summary summary(Correspondent c) {
        return new Summary(c.fingerprint, digest(c), c.newestNumber() + 1);
    }

    private static BBytes digest(Correspondent c) {
        List<BValue> facts = new ArrayList<>();
        c.record().ifPresent(r -> facts.add(BList.of(new BInteger(r.accountKey().length), new BInteger(r.name().isEmpty() ? 0 : 1),
                new BInteger(r.link().isEmpty() ? 0 : 1))));
        c.devices().ifPresent(devices -> {
            facts.add(new BInteger(devices.list().number()));
            devices.certificates().forEach((id, certificate) -> facts.add(BList.of(id, new BInteger(expiry(certificate)))));
        });
        c.permit().ifPresent(permit -> facts.add(new BInteger(permit.expiresMillis())));
        c.sessions().stream().sorted(Comparator.comparing(SessionRecord::id))
                .forEach(s -> facts.add(BList.of(s.id(), new BInteger(s.sending() ? 1 : 0))));
        for (boolean mine : new boolean[] {true, false}) {
            c.handshakes(mine).stream().sorted(Comparator.comparing(HandshakeRecord::id))
                    .forEach(h -> facts.add(BList.of(h.id(), new BInteger(h.answered() ? 1 : 0))));
        }
        facts.addAll(c.dead().keySet());
        return BBytes.wrap(Arrays.copyOf(Digests.sha512_256(Bencode.encode(new BList(facts))), DIGEST_BYTES));
    }

    private static long expiry(DeviceCertificate certificate) {
        return certificate.expiresMillis();
    }

    // ---- records

    static BDict dict(ContactRecord r) {
        return BDict.builder().put("fp", r.fingerprint()).put("name", r.name()).put("link", r.link()).put("key", r.accountKey())
                .put("cred", r.credentials()).put("permit", r.permit()).put("meta", r.metaMillis()).put("added", r.addedMillis()).build();
    }

    static ContactRecord contact(BDict dict) {
        return new ContactRecord(BBytes.wrap(dict.requireBytes("fp", 64)), dict.requireText("name"), dict.requireText("link"),
                dict.requireBytes("key"), dict.requireBytesUpTo("cred", Devices.BYTES_MAX), dict.requireBytes("permit"), true,
                dict.requireInteger("meta"), dict.requireInteger("added"));
    }

    static BDict dict(SessionRecord s) {
        return BDict.builder().put("suite", s.suite()).put("id", s.id()).put("root", s.root()).put("at", s.atMillis())
                .put("send", s.sending() ? 1 : 0).build();
    }

    static SessionRecord session(BBytes contact, BDict dict) {
        return new SessionRecord(contact, Math.toIntExact(dict.requireInteger("suite")), BBytes.wrap(dict.requireBytes("id", 16)),
                dict.requireBytes("root", ROOT_BYTES), dict.requireInteger("at"), 0, dict.requireInteger("send") == 1);
    }

    static BDict dict(HandshakeRecord h) {
        return BDict.builder().put("suite", h.suite()).put("bytes", h.bytes()).put("secret", h.secret()).put("at", h.atMillis())
                .put("ok", h.answered() ? 1 : 0).build();
    }

    static HandshakeRecord handshake(BBytes contact, boolean mine, BBytes id, BDict dict) {
        return new HandshakeRecord(contact, mine, id, Math.toIntExact(dict.requireInteger("suite")),
                dict.requireBytesUpTo("bytes", Handshakes.CONTENT_BYTES_MAX), dict.requireBytesUpTo("secret", SECRET_BYTES_MAX),
                dict.requireInteger("at"), dict.requireInteger("ok") == 1);
    }

    /** @param read whether the user has seen it there */
    static BDict dict(MessageRecord m, boolean read) {
        return BDict.builder().put("n", m.number()).put("out", m.outgoing() ? 1 : 0).put("dev", m.device()).put("seq", m.sequence())
                .put("mime", m.mimeType()).put("data", m.data()).put("sent", m.sentMillis()).put("at", m.atMillis())
                .put("state", m.state().ordinal()).put("detail", m.detail()).put("read", read ? 1 : 0).build();
    }

    /** As it is there, its number included. */
    static MessageRecord message(BBytes contact, BDict dict) {
        return new MessageRecord(contact, dict.requireInteger("n"), dict.requireInteger("out") == 1,
                BBytes.wrap(dict.requireBytes("dev", 32)), dict.requireInteger("seq"), dict.requireText("mime"),
                dict.requireBytesUpTo("data", Messenger.DATA_BYTES_MAX), dict.requireInteger("sent"), dict.requireInteger("at"),
                state(dict), dict.requireText("detail"));
    }

    static State state(BDict dict) {
        long ordinal = dict.requireInteger("state");
        if (ordinal < 0 || ordinal >= State.values().length) {
            throw new BencodeException("'state' is none that a message can have");
        }
        return State.values()[(int) ordinal];
    }

    /** States only go up: whichever order they come in, all devices come to show the same. */
    static int rank(State state) {
        return switch (state) {
            case WAITING -> 0;
            case STORED -> 1;
            case EXPIRED, FAILED -> 2;
            case DELIVERED, RECEIVED -> 3;
        };
    }

    /** Whether its sender still tries, so that something may become of it. */
    static boolean open(State state) {
        return rank(state) < 2;
    }

    // ---- lists

    static List<BDict> dicts(BDict dict, String key, int max) {
        List<BValue> values = dict.requireList(key);
        if (values.size() > max) {
            throw new BencodeException("'" + key + "' has " + values.size() + " entries, at most " + max);
        }
        return values.stream().map(value -> {
            if (value instanceof BDict each) {
                return each;
            }
            throw new BencodeException("'" + key + "' holds something else than dictionaries");
        }).toList();
    }

    static List<Long> numbers(BDict dict, String key, int max) {
        List<BValue> values = dict.requireList(key);
        if (values.size() > max) {
            throw new BencodeException("'" + key + "' has " + values.size() + " entries, at most " + max);
        }
        return values.stream().map(value -> {
            if (value instanceof BInteger each) {
                return each.value();
            }
            throw new BencodeException("'" + key + "' holds something else than integers");
        }).toList();
    }

    static List<BBytes> ids(BDict dict, String key, int max) {
        List<BValue> values = dict.requireList(key);
        if (values.size() > max) {
            throw new BencodeException("'" + key + "' has " + values.size() + " entries, at most " + max);
        }
        return values.stream().map(value -> {
            if (value instanceof BBytes each && each.length() <= 32) {
                return each;
            }
            throw new BencodeException("'" + key + "' holds something else than ids");
        }).toList();
    }
}
