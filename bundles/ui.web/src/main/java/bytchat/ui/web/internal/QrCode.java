package bytchat.ui.web.internal;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/** QR codes (ISO/IEC 18004) as SVG: one path, dark on white, with the quiet zone of four modules that the standard asks for. */
final class QrCode {
    private static final int QUIET_MODULES = 4;
    /** 15 % of the code may be dirty or torn; it is shown on screens, where more would only make it finer. */
    private static final ErrorCorrectionLevel LEVEL = ErrorCorrectionLevel.M;

    private QrCode() {
    }

    /** @throws IllegalArgumentException if the text is too long for one code */
    static String svg(String text) {
        ByteMatrix modules;
        try {
            modules = Encoder.encode(text, LEVEL).getMatrix();
        } catch (WriterException e) {
            throw new IllegalArgumentException("a QR code cannot hold " + text.length() + " characters", e);
        }
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < modules.getHeight(); y++) {
            for (int x = 0; x < modules.getWidth(); x++) {
                int run = 0;
                while (x + run < modules.getWidth() && modules.get(x + run, y) == 1) {
                    run++;
                }
                if (run > 0) {
                    path.append('M').append(x + QUIET_MODULES).append(' ').append(y + QUIET_MODULES)
                            .append('h').append(run).append("v1h-").append(run).append('z');
                    x += run;
                }
            }
        }
        int side = modules.getWidth() + 2 * QUIET_MODULES;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side + "\" shape-rendering=\"crispEdges\">"
                + "<path fill=\"#fff\" d=\"M0 0h" + side + "v" + side + "H0z\"/><path d=\"" + path + "\"/></svg>";
    }
}
