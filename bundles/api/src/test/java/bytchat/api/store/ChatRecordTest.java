package bytchat.api.store;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.bencode.BBytes;
import org.junit.jupiter.api.Test;

class ChatRecordTest {
    @Test
    void keysOfAConversationOrderByNumber() {
        BBytes contact = BBytes.of(new byte[64]);
        assertThat(ChatRecord.MessageRecord.keyOf(contact, 255)).isLessThan(ChatRecord.MessageRecord.keyOf(contact, 256));
        assertThat(ChatRecord.OutboundRecord.keyOf(contact, 1)).isLessThan(ChatRecord.OutboundRecord.keyOf(contact, 1L << 40));
    }

    @Test
    void seenKeysTellDevicesAndSequencesApart() {
        BBytes contact = BBytes.of(new byte[64]);
        BBytes one = BBytes.of(new byte[32]);
        BBytes two = BBytes.of(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThat(ChatRecord.SeenRecord.keyOf(contact, one, 1)).isNotEqualTo(ChatRecord.SeenRecord.keyOf(contact, two, 1));
        assertThat(ChatRecord.SeenRecord.keyOf(contact, one, 1)).isNotEqualTo(ChatRecord.SeenRecord.keyOf(contact, one, 2));
    }
}
