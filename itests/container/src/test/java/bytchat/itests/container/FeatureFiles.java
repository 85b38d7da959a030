package bytchat.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;

/** Makes feature files, and other builds of bundles, as somebody does who offers a feature for download. */
final class FeatureFiles {
    private FeatureFiles() {
    }

    /** Writes {@code NAME.json}. */
    static Path write(Path directory, String name, String configurations, String... bundles) throws IOException {
        Files.createDirectories(directory);
        return Files.writeString(directory.resolve(name + ".json"), "{\"feature-resource-version\":\"1.0\",\"id\":\"test:" + name
                + ":1.0.0\",\"description\":\"For a test.\",\"bundles\":[" + Arrays.stream(bundles).map(id -> "{\"id\":\"" + id + "\"}")
                        .collect(Collectors.joining(",")) + "],\"configurations\":" + configurations + "}");
    }

    /** The program's build of a bundle. */
    static Path original(String artifact) throws IOException {
        try (var files = Files.walk(ContainerExtension.distribution().repository())) {
            return files.filter(path -> path.getFileName().toString().startsWith(artifact + "-") && path.toString().endsWith(".jar")).findFirst()
                    .orElseThrow(() -> new IOException("the repository has no " + artifact));
        }
    }

    /** Writes another build of the program's bundle: the same classes, another version. */
    static Path rebuild(String artifact, String version, Path directory) throws IOException {
        return rewrite(original(artifact), artifact, version, directory);
    }

    /** Copies a bundle under another version, to {@code ARTIFACT-VERSION.jar}. */
    static Path rewrite(Path jar, String artifact, String version, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path written = directory.resolve(artifact + "-" + version + ".jar");
        try (JarFile from = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(from.getManifest());
            manifest.getMainAttributes().put(new Attributes.Name("Bundle-Version"), version);
            try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(written), manifest)) {
                for (var entry : from.stream().filter(one -> !one.getName().equals(JarFile.MANIFEST_NAME)).toList()) {
                    to.putNextEntry(new ZipEntry(entry.getName()));
                    from.getInputStream(entry).transferTo(to);
                    to.closeEntry();
                }
            }
        }
        return written;
    }
}
