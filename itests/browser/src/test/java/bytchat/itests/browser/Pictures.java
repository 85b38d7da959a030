package bytchat.itests.browser;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** A picture that is much too large to be sent as it is. */
final class Pictures {
    private Pictures() {
    }

    /** Soft colours under noise, so that no encoder makes it small. */
    static byte[] png(int width, int height, long seed) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int noise = random.nextInt(48);
                image.setRGB(x, y, (x * 200 / width + noise) << 16 | (y * 200 / height + noise) << 8 | 100 + noise);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
