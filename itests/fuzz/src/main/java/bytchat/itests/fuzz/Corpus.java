package bytchat.itests.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The scripts that are worth keeping: one a line, in hexadecimal digits, in {@value #RESOURCE}. */
public final class Corpus {
    static final String RESOURCE = "/corpus.hex";
    private static final HexFormat HEX = HexFormat.of();

    private Corpus() {
    }

    public static List<byte[]> load() {
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.isBlank())
                    .map(HEX::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code unpack DIR}: a file for each script, as the fuzzer wants it; {@code pack DIR FILE}: back again. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[1]));
        if (arguments[0].equals("unpack")) {
            for (byte[] script : load()) {
                Files.write(directory.resolve(String.format(Locale.ROOT, "%08x", java.util.Arrays.hashCode(script))), script);
            }
            return;
        }
        TreeSet<String> lines = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                lines.add(HEX.formatHex(Files.readAllBytes(file)));
            }
        }
        lines.remove("");
        Files.write(Path.of(arguments[2]), lines, StandardCharsets.US_ASCII);
    }
}
