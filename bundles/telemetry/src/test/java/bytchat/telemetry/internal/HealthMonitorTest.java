package bytchat.telemetry.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.api.status.StatusSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthMonitorTest {
    private boolean started = true;
    private final Map<String, Status> container = new LinkedHashMap<>();
    private final Collection<StatusSource> sources = new ArrayList<>();
    private final HealthMonitor monitor = new HealthMonitor(() -> started, () -> container, () -> sources);

    @Test
    void nothingInstalledIsReady() {
        monitor.check();
        assertThat(monitor.overall().state()).isEqualTo(State.READY);
        assertThat(isReady()).isTrue();
    }

    @Test
    void notReadyWhileBundlesAreBeingStarted() {
        started = false;
        monitor.check();
        assertThat(monitor.overall()).isEqualTo(Status.of(State.STARTING, "bundles are being started"));
        assertThat(isReady()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = { "STARTING", "JOINING", "FAILED" })
    void aPartThatIsNotUpKeepsTheNodeFromReady(State state) {
        add("routing.kademlia~default", Status.of(state, "why"));
        monitor.check();
        assertThat(isReady()).isFalse();
        sources.clear();
        monitor.check();
        assertThat(isReady()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = { "WAITING", "READY", "DRAINING", "OFF" })
    void aPartThatIsUpDoesNot(State state) {
        add("plane.mailbox", Status.of(state, "why"));
        monitor.check();
        assertThat(isReady()).isTrue();
    }

    @Test
    void theWorstPartSpeaksForTheNode() {
        add("a", Status.of(State.WAITING, "no other node"));
        add("b", Status.of(State.FAILED, "the disk is full"));
        add("c", Status.ready(Map.of()));
        Status overall = monitor.overall();
        assertThat(overall.state()).isEqualTo(State.FAILED);
        assertThat(overall.reason()).isEqualTo("b: the disk is full");
        assertThat(overall.facts()).containsEntry("parts_failed", 1L).containsEntry("parts_waiting", 1L)
                .containsEntry("parts_ready", 1L);
    }

    @Test
    void whatTheContainerKnowsCountsLikeWhatPartsSay() {
        container.put("plane.mailbox", Status.of(State.STARTING, "waits for a MailboxStore"));
        assertThat(monitor.overall().reason()).isEqualTo("plane.mailbox: waits for a MailboxStore");
        assertThat(monitor.parts()).containsOnlyKeys("plane.mailbox");
    }

    @Test
    void theCauseSpeaksBeforeThoseThatWaitForIt() {
        container.put("a", new Status(State.STARTING, "waits for a B", Map.of(ComponentExplainer.WAITS_FOR, List.of("b"))));
        container.put("b", Status.of(State.STARTING, "waits for a Disk"));
        container.put("c", new Status(State.STARTING, "waits for a B", Map.of(ComponentExplainer.WAITS_FOR, List.of("b"))));
        assertThat(monitor.overall().reason()).isEqualTo("b: waits for a Disk");
    }

    @Test
    void aPartThatThrowsIsFailedAndHidesNobody() {
        sources.add(new StatusSource() {
            @Override
            public String part() {
                return "broken";
            }

            @Override
            public Status status() {
                throw new IllegalStateException("boom");
            }
        });
        add("fine", Status.ready(Map.of()));
        assertThat(monitor.parts().get("broken").state()).isEqualTo(State.FAILED);
        assertThat(monitor.parts().get("fine").state()).isEqualTo(State.READY);
    }

    @Test
    void readyIsReachedOnce() {
        monitor.check();
        add("late", Status.of(State.STARTING, "why"));
        monitor.check();
        assertThat(isReady()).isTrue();
    }

    private boolean isReady() {
        return monitor.isReady() && monitor.ready().toCompletableFuture().isDone();
    }

    private void add(String part, Status status) {
        sources.add(new StatusSource() {
            @Override
            public String part() {
                return part;
            }

            @Override
            public Status status() {
                return status;
            }
        });
    }
}
