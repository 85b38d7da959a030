package bytchat.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import bytchat.api.bencode.BencodeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "''| ends too early",
        "i| ends too early",
        "i1| ends too early",
        "ie| an integer without digits",
        "i-e| an integer without digits",
        "i-0e| minus zero",
        "i00e| an integer with a leading zero",
        "i01e| an integer with a leading zero",
        "i-01e| an integer with a leading zero",
        "i+1e| an integer without digits",
        "i1.0e| an integer without end",
        "i 1e| an integer without digits",
        "i9223372036854775808e| an integer wider than 64 bits",
        "i-9223372036854775809e| an integer wider than 64 bits",
        "i99999999999999999999999999e| an integer wider than 64 bits",
        "1| a byte string longer than what is left",
        "0| ends too early",
        "1:| a byte string longer than what is left",
        "01:a| a length with a leading zero",
        "00:| a length with a leading zero",
        "-1:a| no value starts like this",
        "2147483648:a| a byte string longer than what is left",
        "99999999999999999999:a| a byte string longer than what is left",
        "1a:| a length without colon",
        "1:ab| bytes after the end of the value",
        "x| no value starts like this",
        "e| no value starts like this",
        "l| ends too early",
        "li1e| ends too early",
        "d| ends too early",
        "d1:a| ends too early",
        "d1:ae| no value starts like this",
        "di1ei2ee| no byte string where a key is due",
        "d1:bi1e1:ai1ee| keys that are not sorted",
        "d1:ai1e1:ai1ee| a key twice",
        "d2:aai1e1:ai1ee| keys that are not sorted",
        "d1:ai1e2:aai1e1:bi1e1:bi1ee| a key twice",
        "dei1e| bytes after the end of the value",
        "lee| bytes after the end of the value",
    })
    void refusesWhatIsNotCanonical(String text, String reason) {
        assertThatThrownBy(() -> Bencode.decode(text.replace("'", "").getBytes(ISO_8859_1), 1_000))
                .isInstanceOf(BencodeException.class).hasMessageEndingWith(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "i0e", "i-1e", "i10e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "1:a", "10:0123456789", "le",
                "de", "l0:0:e",
        "d0:0:1:a0:2:aa0:1:b0:e", "d1:\u007f0:1:\u00800:1:\u00ff0:e"
    })
    void acceptsTheOneEncoding(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);

        assertThat(Bencode.encode(Bencode.decode(bytes, bytes.length))).isEqualTo(bytes);
    }

    @Test
    void depthTenIsTakenAndElevenIsNot() {
        assertThat(Bencode.depth(Bencode.decode(nested("l", 10), 100))).isEqualTo(10);
        assertThat(Bencode.depth(Bencode.decode(nested("d0:", 9, "de"), 100))).isEqualTo(10);
        assertThatThrownBy(() -> Bencode.decode(nested("l", 11), 100)).hasMessageEndingWith("deeper than 10");
        assertThatThrownBy(() -> Bencode.decode(nested("d0:", 10, "de"), 100)).hasMessageEndingWith("deeper than 10");
    }

    @Test
    void aMillionOpenListsCostNoStack() {
        assertThatThrownBy(() -> Bencode.decode("l".repeat(1_000_000).getBytes(ISO_8859_1), 1_000_000))
                .isInstanceOf(BencodeException.class).hasMessageEndingWith("deeper than 10");
    }

    @Test
    void whatIsTooDeepToReadIsNotWritten() {
        BValue value = new BInteger(1);
        for (int i = 0; i < 11; i++) {
            value = BList.of(value);
        }
        BValue tooDeep = value;
        assertThatThrownBy(() -> Bencode.encode(tooDeep)).isInstanceOf(BencodeException.class)
                .hasMessage("deeper than 10");
    }

    @Test
    void aStringThatClaimsGigabytesAllocatesNothing() {
        byte[] claim = "2000000000:".getBytes(ISO_8859_1);
        assertThatThrownBy(() -> Bencode.decode(claim, 100)).isInstanceOf(BencodeException.class);
    }

    @Test
    void keysAreSortedAsUnsignedBytes() {
        BDict dict = BDict.builder().put("b", 1).put("é", 2).put("a", 3).put("aa", 4).put("", 5).build();

        assertThat(new String(Bencode.encode(dict), ISO_8859_1)).isEqualTo("d0:i5e1:ai3e2:aai4e1:bi1e2:Ã©i2ee");
    }

    @Test
    void aDictionaryIsAskedForAndNothingElseTaken() {
        assertThatThrownBy(() -> Bencode.decodeDict("le".getBytes(ISO_8859_1), 2)).hasMessage("not a dictionary");
    }

    @Test
    void theLimitOfThePlaceIsCheckedFirst() {
        assertThatThrownBy(() -> Bencode.decodeDict(new byte[1_233], 1_232))
                .hasMessage("1233 bytes, at most 1232 are allowed here");
    }

    @Test
    void unknownKeysAreKept() {
        byte[] bytes = "d1:ai1e7:unknownl2:hi3:youee".getBytes(ISO_8859_1);
        BDict dict = Bencode.decodeDict(bytes, 100);

        assertThat(dict.list("unknown")).contains(List.of(BBytes.of("hi"), BBytes.of("you")));
        assertThat(Bencode.encode(dict)).isEqualTo(bytes);
    }

    private static byte[] nested(String open, int times) {
        return nested(open, times, "");
    }

    private static byte[] nested(String open, int times, String innermost) {
        return (open.repeat(times) + innermost + "e".repeat(times)).getBytes(ISO_8859_1);
    }
}
