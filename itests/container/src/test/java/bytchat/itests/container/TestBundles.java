package bytchat.itests.container;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Makes small bundles out of packages of the test class path, as bnd makes the real ones. */
final class TestBundles {
    private TestBundles() {
    }

    /** Builds a bundle that contains one package; its DS annotations become component descriptions. */
    static Path build(Path directory, String symbolicName, Package content) {
        try (Builder builder = new Builder()) {
            builder.addClasspath(Path.of("target", "test-classes").toFile());
            builder.setProperty("Bundle-SymbolicName", symbolicName);
            builder.setProperty("Bundle-Version", "1.0.0");
            builder.setProperty("Private-Package", content.getName());
            builder.setProperty("-noextraheaders", "true");
            Path jarFile = directory.resolve(symbolicName + ".jar");
            try (Jar jar = builder.build()) {
                if (!builder.isOk()) {
                    throw new IllegalStateException(builder.getErrors() + " " + builder.getWarnings());
                }
                jar.write(jarFile.toFile());
            }
            return jarFile;
        } catch (Exception e) {
            throw new IllegalStateException("cannot build " + symbolicName, e);
        }
    }

    static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory("bytchat-bundles-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isFragment(Path jar) throws IOException {
        return manifest(jar).getMainAttributes().getValue("Fragment-Host") != null;
    }

    static Manifest manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest();
        }
    }

    static void delete(Path directory) {
        if (directory == null || !Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
