package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {
    private static final int QUIET = 4;

    /** Draws the path, as a browser does, and reads the code that is seen. */
    private static String read(String svg) throws Exception {
        Matcher box = Pattern.compile("viewBox=\"0 0 (\\d+) \\1\"").matcher(svg);
        assertThat(box.find()).isTrue();
        int side = Integer.parseInt(box.group(1));
        BitMatrix seen = new BitMatrix(side);
        Matcher run = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-(\\d+)z").matcher(svg);
        while (run.find()) {
            assertThat(run.group(3)).isEqualTo(run.group(4));
            seen.setRegion(Integer.parseInt(run.group(1)), Integer.parseInt(run.group(2)), Integer.parseInt(run.group(3)), 1);
        }
        int[] dark = seen.getEnclosingRectangle();
        assertThat(dark).as("a quiet zone on every side").containsExactly(QUIET, QUIET, side - 2 * QUIET, side - 2 * QUIET);
        BitMatrix modules = new BitMatrix(side - 2 * QUIET);
        for (int y = 0; y < modules.getHeight(); y++) {
            for (int x = 0; x < modules.getWidth(); x++) {
                if (seen.get(x + QUIET, y + QUIET)) {
                    modules.set(x, y);
                }
            }
        }
        return new Decoder().decode(modules).getText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "bytchat:sha-1/abc/def?name=Jos%C3%A9&sum=0123abcd", "1234567890", "Grüße"})
    void whatIsDrawnCanBeRead(String text) throws Exception {
        assertThat(read(QrCode.svg(text))).isEqualTo(text);
    }

    @Test
    void theLongestContactLinkFits() throws Exception {
        String link = "bytchat:sha-512/" + "A".repeat(86) + "/" + "b".repeat(86) + "?name=" + "%F0%9F%98%80".repeat(32) + "&sum=0123abcd";
        assertThat(read(QrCode.svg(link))).isEqualTo(link);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThatThrownBy(() -> QrCode.svg("x".repeat(5_000))).isInstanceOf(IllegalArgumentException.class);
    }
}
