package bytchat.discovery.lan.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes from the local network is an announcement or is refused, and nothing else happens. */
class AnnouncementTest {
    private static final Announcement SAID = new Announcement("sha-512", Optional.of("bytchat"), 6_881, Key.of(new byte[64]));

    @Property
    void anyBytesAreAnAnnouncementOrRefused(@ForAll @Size(max = 600) byte[] bytes) {
        refusedOrSaid(bytes);
    }

    @Property
    void anAnnouncementWithASpoiltByteAsWell(@ForAll @IntRange(max = 500) int place, @ForAll @ByteRange(min = -128) byte value) {
        byte[] bytes = SAID.encode();
        bytes[place % bytes.length] = value;
        refusedOrSaid(bytes);
    }

    private static void refusedOrSaid(byte[] bytes) {
        try {
            Announcement read = Announcement.decode(bytes);
            assertThat(Announcement.decode(read.encode())).isEqualTo(read);
        } catch (BencodeException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }
}
