package bytchat.itests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.rpc.Carrier;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Faults planted on purpose: an attack that finds nothing must be one that would have found them. */
class PlantedFaultsTest {
    private static final int SCRIPTS = 3_000;

    private final Attack attack = new Attack();

    private void play() {
        Random chance = new Random(1);
        for (int i = 0; i < SCRIPTS; i++) {
            byte[] script = new byte[chance.nextInt(300)];
            chance.nextBytes(script);
            attack.play(script);
        }
        attack.check();
    }

    private static int faulty() {
        return 1 / new int[0].length;
    }

    @Test
    void twin_whatReachesTheTransportIsFound() {
        attack.messaging().rpc().onContact((contact, answered, readOnly) -> faulty());
        assertThatThrownBy(this::play).hasRootCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void twin_aHandlerThatFailsIsFound() {
        attack.messaging().rpc().handle("vote", Carrier.DATAGRAM, request -> {
            faulty();
            return CompletableFuture.completedFuture(request.arguments());
        });
        assertThatThrownBy(this::play).hasMessageContaining("a handler failed");
    }

    @Test
    void twin_whatAFutureSwallowsIsFound() {
        attack.messaging().rpc().onContact((contact, answered, readOnly) ->
                CompletableFuture.completedFuture(contact).thenAccept(c -> faulty()));
        try (FaultWatch watch = new FaultWatch()) {
            play();
            assertThat(watch.stop()).hasSize(1).allSatisfy((fault, times) ->
                    assertThat(fault).contains("ArithmeticException").contains("PlantedFaultsTest.faulty"));
        }
    }
}
