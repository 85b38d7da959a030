package bytchat.routing.kademlia.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class RejectionsTest {
    private final Rejections rejections = new Rejections(60, 3);

    private static Contact contact(int number) {
        return new Contact(Key.of(new byte[] {(byte) number}), new InetSocketAddress("10.0.0.1", 1));
    }

    @Test
    void aRejectionEndsWithItsTime() {
        rejections.add(contact(1), 0);
        assertThat(rejections.contains(contact(1), 59)).isTrue();
        assertThat(rejections.contains(contact(1), 60)).isFalse();
        assertThat(rejections.size()).isZero();
    }

    @Test
    void rejectionsAreBoundedAndTheOldestGoFirst() {
        for (int i = 1; i <= 4; i++) {
            rejections.add(contact(i), i);
        }
        assertThat(rejections.size()).isEqualTo(3);
        assertThat(rejections.contains(contact(1), 5)).isFalse();
        assertThat(rejections.contains(contact(4), 5)).isTrue();
    }
}
