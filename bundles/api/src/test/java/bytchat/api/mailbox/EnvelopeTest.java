package bytchat.api.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final BDict GOOD = BDict.builder()
            .put("v", 1).put("kind", "message").put("id", new byte[20]).put("to", new byte[20]).put("dev", new byte[32])
            .put("content", new byte[10]).put("sig", new byte[64]).put("seq", 3).put("ts", 1_000).put("ttl", 7 * 86_400)
            .put("sid", new byte[16]).build();

    @Test
    void readsItsFields() {
        Envelope envelope = new Envelope(GOOD);
        assertThat(envelope.kind()).isEqualTo(Envelope.Kind.MESSAGE);
        assertThat(envelope.sequence()).isEqualTo(3);
        assertThat(envelope.sessionId()).isPresent();
    }

    @Test
    void unknownKeysAreKept() {
        BDict more = GOOD.with().put("x", 1).build();
        assertThat(new Envelope(more).dict()).isEqualTo(more);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        refused(GOOD.with().put("v", 2).build(), "version 2");
        refused(GOOD.with().put("kind", "gossip").build(), "'kind'");
        refused(GOOD.with().put("ttl", 2 * 86_400).build(), "'ttl' is 3 to 7 days");
        refused(GOOD.with().put("ttl", 8 * 86_400).build(), "'ttl' is 3 to 7 days");
        refused(GOOD.with().put("seq", -1).build(), "not negative");
        refused(GOOD.with().put("dev", new byte[31]).build(), "'dev' has 31 bytes");
        refused(GOOD.with().put("content", new byte[64 * 1024 + 1]).build(), "'content'");
        refused(GOOD.without("sid"), "'sid' is missing");
        refused(GOOD.without("sig"), "'sig' is missing");
    }

    @Test
    void aHandshakeNeedsNoSession() {
        assertThat(new Envelope(GOOD.without("sid").with().put("kind", "handshake").build()).sessionId()).isEmpty();
    }

    private static void refused(BDict dict, String reason) {
        assertThatThrownBy(() -> new Envelope(dict)).isInstanceOf(BencodeException.class).hasMessageContaining(reason);
    }
}
