package bytchat.itests.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PhotographTest {
    @Test
    void isAJpegThatFitsAMessage() throws IOException {
        byte[] jpeg = Photograph.jpeg(1);
        assertThat(jpeg).hasSizeBetween(10_000, Photograph.BYTES_MAX).startsWith(0xff, 0xd8, 0xff);
        assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getWidth()).isEqualTo(1080);
        assertThat(Photograph.jpeg(2)).isNotEqualTo(jpeg);
    }
}
