package bytchat.api.bencode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BDictTest {
    private final BDict dict = BDict.builder().put("port", 6881).put("id", new byte[] {1, 2}).put("name", "é").build();

    @Test
    void keysOrderAsUnsignedBytes() {
        BDict mixed = BDict.builder().put("z", 1).put("\u00e9", 2).put("B", 3).put("a", 4).build();
        assertThat(mixed.entries().keySet()).extracting(BBytes::utf8).containsExactly("B", "a", "z", "é");
    }

    @Test
    void absentIsEmptyAndAnotherTypeIsAnError() {
        assertThat(dict.bytes("none")).isEmpty();
        assertThat(dict.integer("none")).isEmpty();
        assertThatThrownBy(() -> dict.bytes("port")).isInstanceOf(BencodeException.class).hasMessageContaining("'port'");
        assertThatThrownBy(() -> dict.integer("id")).isInstanceOf(BencodeException.class);
    }

    @Test
    void requiredValuesNameWhatIsWrong() {
        assertThat(dict.requireInteger("port")).isEqualTo(6881);
        assertThatThrownBy(() -> dict.requireBytes("key")).hasMessage("'key' is missing");
        assertThatThrownBy(() -> dict.requireBytes("id", 20)).hasMessage("'id' has 2 bytes, expected 20");
        assertThatThrownBy(() -> dict.requireBytesUpTo("id", 1)).hasMessage("'id' has 2 bytes, at most 1 are allowed");
    }

    @Test
    void changesMakeANewDictionary() {
        BDict changed = dict.with().put("port", 1).put("more", List.of(new BInteger(1))).build();
        assertThat(dict.requireInteger("port")).isEqualTo(6881);
        assertThat(changed.without("more").without("port")).isEqualTo(dict.without("port"));
    }

    @Test
    void exceptionsFromHostileInputCarryNoStackTrace() {
        assertThatThrownBy(() -> dict.requireBytes("key")).satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }
}
