package bytchat.itests.demo;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** A real JPEG: hills under an evening sky, with enough detail to weigh some tens of kilobytes. */
public final class Photograph {
    static final int BYTES_MAX = 48 * 1024;

    private Photograph() {
    }

    public static byte[] jpeg(long seed) throws IOException {
        int width = 1080;
        int height = 720;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setPaint(new GradientPaint(0, 0, new Color(40, 60, 120), 0, height, new Color(250, 170, 110)));
        g.fillRect(0, 0, width, height);
        Random random = new Random(seed);
        g.setColor(new Color(255, 240, 200));
        g.fillOval(760, 200, 130, 130);
        for (int hill = 0; hill < 6; hill++) {
            g.setColor(new Color(30 + hill * 8, 60 - hill * 7, 50 - hill * 6));
            int base = 330 + hill * 60;
            double phase = random.nextDouble() * 6;
            for (int x = 0; x < width; x++) {
                int y = base + (int) (50 * Math.sin(x / 107.0 + phase) + 20 * Math.sin(x / 29.0 + phase * 2)) + random.nextInt(4);
                g.drawLine(x, y, x, height);
            }
        }
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        if (bytes.size() > BYTES_MAX) {
            throw new IOException("the photograph weighs " + bytes.size() + " bytes, more than " + BYTES_MAX);
        }
        return bytes.toByteArray();
    }
}
