package bytchat.itests.simulation.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Key;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.routing.kademlia.internal.KademliaDefences;
import bytchat.routing.kademlia.internal.KademliaSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Ids chosen near a key, to be the ones that hold it. */
class SybilTest {
    private static final int HONEST = 150;
    private static final int SYBILS = 24;
    private static final int PER_GROUP = 8;
    private static final int PATHS = 8;

    private static int honestFound(KademliaDefences defences, boolean freeIds) {
        HostileOptions options = HostileOptions.DEFAULTS.sized(HONEST, Duration.ofMinutes(6), 1).with(0, Lie.COLLUDERS);
        HostileNetwork network = new HostileNetwork(options, new Sha1(), KademliaSettings.DEFAULTS, defences);
        network.grow();
        Key key = Key.of(new Sha1().digest(new byte[] {7}));
        network.addSybils(key, SYBILS, PER_GROUP, freeIds);
        network.world().run(Duration.ofMinutes(5));
        return network.honestFound(key, PATHS);
    }

    /** 24 addresses with eight ids each to choose from come to 192 chances against the 150 of honest nodes: about half of eight. */
    @Test
    void sybilsThatMustFitTheirAddressesLeaveRoomForHonestNodes() {
        assertThat(honestFound(KademliaDefences.ALL, false)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void idsThatDoNotFitAreNotEvenSeen() {
        assertThat(honestFound(KademliaDefences.ALL, true)).isEqualTo(HostileNetwork.WANTED);
    }

    @Test
    void twin_whereIdsAreFreeTheyHaveEveryPlace() {
        assertThat(honestFound(KademliaDefences.without("idFitsAddress"), true)).isZero();
    }
}
