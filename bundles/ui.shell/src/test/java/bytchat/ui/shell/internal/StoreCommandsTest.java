package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.store.StoreException;
import bytchat.api.store.Stores;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.Stores.Moved;
import bytchat.api.store.Stores.StoreInfo;
import bytchat.ui.shell.internal.FakeNode.Said;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StoreCommandsTest {
    private final FakeNode node = new FakeNode();
    private final List<String> switched = new ArrayList<>();

    StoreCommandsTest() {
        node.put(Stores.class, FakeNode.answering(Stores.class, Map.of(
                "list", none -> List.of(
                        new StoreInfo(Kind.CHAT, "xodus", true, true, true, Status.ready(Map.of("records", 12))),
                        new StoreInfo(Kind.CHAT, "memory", true, false, false, Status.of(State.OFF, "not used"))),
                "switchTo", arguments -> {
                    switched.add(arguments[0] + " " + arguments[1]);
                    return arguments[1].equals("tape")
                            ? CompletableFuture.failedFuture(new StoreException(StoreException.Reason.UNAVAILABLE,
                                    "no chat store called tape is installed, only memory, xodus", null))
                            : CompletableFuture.completedFuture(new Moved("xodus", (String) arguments[1], 12, Duration.ofMillis(40),
                                    Duration.ofMillis(3)));
                })));
    }

    @Test
    void listShowsWhichServesAndWhatOutlivesAStop() {
        assertThat(node.run("store", "list").out()).containsSubsequence("chat", "xodus", "yes", "yes", "chat", "memory", "no", "no", "not used");
    }

    @Test
    void whetherAStoreThatIsNotThereIsDurableIsNotKnown() {
        FakeNode without = new FakeNode();
        without.put(Stores.class, FakeNode.answering(Stores.class, Map.of("list", none -> List.of(
                new StoreInfo(Kind.CHAT, "memory", false, true, true, Status.of(State.WAITING, "not there"))))));
        assertThat(without.run("store", "list").out()).containsSubsequence("chat", "memory", "yes", "?", "waiting");
        assertThat(without.run("store", "list", "--json").out()).contains("\"durable\":null");
    }

    @Test
    void whatWouldBeGoneAtAStopIsNotMovedUnlessOneSaysYes() {
        Said refused = node.run("store", "switch", "chat", "memory");
        assertThat(refused.code()).isEqualTo(Shell.FAILED);
        assertThat(refused.err()).contains("keeps nothing when the node stops", "--yes");
        assertThat(switched).isEmpty();
        assertThat(node.run("store", "switch", "chat", "memory", "--yes").out())
                .isEqualTo("12 items of the chat moved from xodus to memory in 40 ms; writes waited 3 ms" + System.lineSeparator());
        assertThat(switched).containsExactly("CHAT memory");
    }

    @Test
    void aRefusalIsASentence() {
        Said refused = node.run("store", "switch", "chat", "tape", "--json");
        assertThat(refused.code()).isEqualTo(Shell.FAILED);
        assertThat(refused.err()).contains("no chat store called tape is installed");
    }

    @Test
    void statsShowTheActiveOnesOnly() {
        assertThat(node.run("store", "stats", "--json").out()).contains("\"chat\":{\"records\":12}");
    }
}
