package bytchat.itests.demo;

import jakarta.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A distribution with one feature more: nodes that misbehave. Everything else is linked to the real one, so that what is broken is
 * what ships.
 */
final class BrokenHome {
    private BrokenHome() {
    }

    static Path make(Path home, String mode, Path armedBy) throws IOException {
        Path real = Path.of(System.getProperty("bytchat.home"));
        Files.createDirectories(home);
        try (Stream<Path> entries = Files.list(real)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (!name.equals("features") && !name.equals("repo")) {
                    Files.createSymbolicLink(home.resolve(name), entry);
                }
            }
        }
        linkEach(real.resolve("features"), home.resolve("features"));
        linkEach(real.resolve("repo"), home.resolve("repo"));

        Path ours = home.resolve("repo/org/bytchat");
        Files.delete(home.resolve("repo/org"));
        linkEach(real.resolve("repo/org"), home.resolve("repo/org"));
        Files.delete(ours);
        linkEach(real.resolve("repo/org/bytchat"), ours);
        try (InputStream in = resource("feature.json"); InputStream bundle = resource("broken.jar")) {
            String feature = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@mode@", mode).replace("\"@armed_by@\"", Json.createValue(armedBy.toString()).toString());
            Files.writeString(home.resolve("features/broken.json"), feature);
            String version = feature.replaceAll("(?s).*bytchat.itests.broken:([^\"]+)\".*", "$1");
            Path place = ours.resolve("bytchat.itests.broken").resolve(version);
            Files.createDirectories(place);
            Files.copy(bundle, place.resolve("bytchat.itests.broken-" + version + ".jar"));
        }
        return home;
    }

    private static void linkEach(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
            }
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = BrokenHome.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("this build of the demo lacks " + name + ": build itests/broken, too");
        }
        return in;
    }
}
