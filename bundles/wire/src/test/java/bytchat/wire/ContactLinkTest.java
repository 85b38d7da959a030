package bytchat.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.keyspace.Key;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactLinkTest {
    private static final ContactLink ANNA =
            new ContactLink(Key.of(new byte[20]), "sha-1", new byte[64], Optional.of("Anna Ö & Co?"));

    @Test
    void aLinkIsText() {
        assertThat(ANNA.format()).isEqualTo("bytchat:sha-1/" + "A".repeat(27) + "/" + "A".repeat(86)
                + "?name=Anna%20%C3%96%20%26%20Co%3F&sum=" + ANNA.format().substring(ANNA.format().length() - 8));
        assertThat(ContactLink.parse(" " + ANNA.format() + "\n")).isEqualTo(ANNA);
    }

    @Property
    void aLinkSurvivesTheRoundTrip(@ForAll @Size(64) byte[] uid, @ForAll @Size(64) byte[] fingerprint,
            @ForAll @CharRange(from = ' ', to = '\u2fff') @StringLength(max = 60) String name) {
        ContactLink link = new ContactLink(Key.of(uid), "sha-512", fingerprint, Optional.of(name)
                .filter(n -> !n.isEmpty()));

        assertThat(ContactLink.parse(link.format())).isEqualTo(link);
        assertThat(link.format()).matches("[\\x21-\\x7e]+");
    }

    @Property
    void aMistypedCharacterIsFound(@ForAll @IntRange(max = 1_000) int where,
            @ForAll @CharRange(from = '!', to = '~') char with) {
        StringBuilder text = new StringBuilder(ANNA.format());
        int at = where % text.length();
        if (text.charAt(at) != with) {
            text.setCharAt(at, with);
            assertThatThrownBy(() -> ContactLink.parse(text.toString())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLinkCutShortIsFound() {
        String text = ANNA.format();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> ContactLink.parse(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EmptySource
    @ValueSource(strings =
            {"http://example.org", "bytchat:", "bytchat:?", "bytchat:sum=", "bytchat:sha-1/AA/AA?sum=00000000"})
    void whatIsNoLinkSaysSo(String text) {
        assertThatThrownBy(() -> ContactLink.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(A contact link starts with|The contact link is incomplete).*");
    }

    /** The checksum is no secret: who computes it anew still gets no second text for a link. */
    @ParameterizedTest
    @ValueSource(strings = {
        "bytchat:SHA-1/{uid}/{fp}?", "bytchat:sha-1/{uid}==/{fp}?", "bytchat:sha-1/{uid}/{fp}?name=%61&",
                "bytchat:sha-1/{uid}/{fp}?name=%c3%96&",
        "bytchat:sha-1/{uid}/{fp}?name=&", "bytchat:sha-1/{uid}/{fp}?x=1&", "bytchat:sha-1/{uid}/{fp}/x?",
        "bytchat:sha-1/{uid}?",
        "bytchat:sha-1/{uid}/{fp}", "bytchat:sha-1/{uid}/AAAA?", "bytchat:sha-1//{fp}?", "bytchat:sha-1/!!/{fp}?",
        "bytchat:sha-1/{uid}/{fp}?name=%4&"
    })
    void onlyTheOneTextIsTaken(String form) {
        String before = form.replace("{uid}", "A".repeat(27)).replace("{fp}", "A".repeat(86));
        String sum = java.util.HexFormat.of()
                .formatHex(bytchat.wire.crypto.Digests.sha512_256(before.getBytes()), 0, 4);

        assertThatThrownBy(() -> ContactLink.parse(before + "sum=" + sum)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partsHaveRanges() {
        assertThatThrownBy(() -> new ContactLink(Key.of(new byte[65]), "sha-512", new byte[64], Optional.empty()))
                .hasMessage("A UID has at most 64 bytes.");
        assertThatThrownBy(() -> new ContactLink(Key.of(new byte[20]), "SHA 1", new byte[64], Optional.empty()))
                .hasMessageStartingWith("A hash name");
        assertThatThrownBy(() -> new ContactLink(Key.of(new byte[20]), "sha-1", new byte[63], Optional.empty()))
                .hasMessage("A fingerprint has 64 bytes, not 63.");
        assertThatThrownBy(() ->
                new ContactLink(Key.of(new byte[20]), "sha-1", new byte[64], Optional.of("x".repeat(257))))
                .hasMessage("A name has 1 to 256 bytes.");
    }
}
