package bytchat.messaging.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.plane.Sibling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The account's other devices that can be reached now (protocol, section 13.3). Each side fetches from the other what it lacks, and says
 * what has changed; both therefore come to have the same contacts, sessions and messages.
 */
final class Siblings {
    /** What changes within this time is told together. */
    private static final Duration GATHERED = Duration.ofMillis(100);

    /** What did not get through is told again after this. */
    private static final Duration TOLD_AGAIN = Duration.ofSeconds(5);

    private final Core core;
    private final Roster roster;
    private final Merge merge;
    private final Conversations conversations;
    private final Map<BBytes, Meeting> meetings = new ConcurrentHashMap<>();
    private final Map<BBytes, Told> told = new HashMap<>();
    private final Set<Correspondent> changed = new LinkedHashSet<>();
    private boolean gathering;
    private boolean closed;

    /** A device, on one link. */
    private record Meeting(Sibling sibling, SiblingPull pull) {
    }

    /** What everybody has been told about a contact. */
    private record Told(Shared.Summary summary, int stateChanges) {
        static Told now(Correspondent c) {
            return new Told(Shared.summary(c), c.stateChanges);
        }
    }

    Siblings(Core core, Roster roster, Merge merge, Conversations conversations) {
        this.core = core;
        this.roster = roster;
        this.merge = merge;
        this.conversations = conversations;
        roster.onChange(this::changed);
    }

    /** Another device is there; a newer link takes the place of the one before. */
    void met(Sibling sibling) {
        if (closed) {
            return;
        }
        BBytes device = BBytes.of(sibling.deviceId());
        SiblingPull pull = new SiblingPull(core, roster, merge, conversations, sibling);
        SiblingAnswers answers = new SiblingAnswers(core, roster, this::adopt, pull::changed, merge::delivered);
        Meeting before = meetings.put(device, new Meeting(sibling, pull));
        if (before != null) {
            before.pull().close();
        }
        sibling.answer(answers::answer);
        sibling.closed().whenComplete((nothing, failure) -> {
            pull.close();
            if (meetings.get(device) != null && meetings.get(device).pull() == pull) {
                meetings.remove(device);
            }
        });
        hello(sibling);
        pull.run();
    }

    int size() {
        return meetings.size();
    }

    /** How many are being fetched from. */
    long fetching() {
        return meetings.values().stream().filter(meeting -> !meeting.pull().idle()).count();
    }

    void close() {
        closed = true;
        meetings.values().forEach(meeting -> meeting.pull().close());
        meetings.clear();
    }

    /** This account's device list may be another one now. */
    void listChanged() {
        if (!closed) {
            meetings.values().forEach(meeting -> hello(meeting.sibling()));
        }
    }

    /** A receipt came here for what another device may have sent; if it cannot be told, that one will send again and get another. */
    void delivered(Receipts.Delivered receipt) {
        BDict question = BDict.builder().put("q", "receipt").put("c", receipt.contact()).put("id", receipt.envelopeId())
                .put("sig", receipt.sig()).build();
        meetings.values().forEach(meeting -> ask(meeting.sibling(), question));
    }

    private void ask(Sibling sibling, BDict question) {
        sibling.ask(question).whenComplete((answer, failure) -> {
            if (failure != null) {
                core.counts.add("siblings_without_answer");
            }
        });
    }

    private void hello(Sibling sibling) {
        BDict question = BDict.builder().put("q", "hello").put("v", SiblingAnswers.VERSION)
                .put("devices", core.account.credentials().devices().dict()).build();
        sibling.ask(question).whenComplete((answer, failure) -> {
            if (failure != null) {
                core.counts.add("siblings_without_answer");
            } else {
                answer.dict("devices").map(DeviceList::new).ifPresent(this::adopt);
            }
        });
    }

    private void adopt(DeviceList list) {
        core.account.adopt(list).whenComplete((news, failure) -> core.counts.add(
                failure != null ? "device_lists_refused" : news ? "device_lists_adopted" : "device_lists_known"));
    }

    // ---- what changes here

    /** Something was done in this contact's lane. */
    private void changed(Correspondent c) {
        if (meetings.isEmpty() || closed || !c.accepted()) {
            return;
        }
        changed.add(c);
        gather(GATHERED);
    }

    private void tell() {
        gathering = false;
        List<Correspondent> news = new ArrayList<>();
        for (Correspondent c : List.copyOf(changed).subList(0, Math.min(changed.size(), SiblingAnswers.CONTACTS_MAX))) {
            changed.remove(c);
            Told now = Told.now(c);
            if (!now.equals(told.put(c.fingerprint, now))) {
                news.add(c);
            }
        }
        gather(GATHERED);
        if (news.isEmpty() || closed) {
            return;
        }
        List<BDict> summaries = news.stream().map(c -> told.get(c.fingerprint).summary().dict()).toList();
        BDict question = BDict.builder().put("q", "changed").put("contacts", summaries).build();
        meetings.values().forEach(meeting -> meeting.sibling().ask(question).whenComplete((answer, failure) -> {
            if (failure != null && meetings.containsValue(meeting)) {
                core.counts.add("siblings_without_answer");
                news.forEach(c -> told.remove(c.fingerprint));
                changed.addAll(news);
                gather(TOLD_AGAIN);
            }
        }));
    }

    private void gather(Duration within) {
        if (!gathering && !changed.isEmpty() && !closed) {
            gathering = true;
            core.environment.loop().schedule(within, this::tell);
        }
    }
}
