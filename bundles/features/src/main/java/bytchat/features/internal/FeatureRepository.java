package bytchat.features.internal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/** The feature files at hand, and the bundles they name, which lie beside them in the layout of a Maven repository. */
final class FeatureRepository {
    private static final String SUFFIX = ".json";

    private final Path features;
    private final Path bundles;

    FeatureRepository(Path features, Path bundles) {
        this.features = features;
        this.bundles = bundles;
    }

    /** Reads every feature file; a feature's name is its file's. */
    Map<String, Feature> read(FeatureService service) throws UnreadableException {
        Map<String, Feature> byName = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(features)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList()) {
                String fileName = file.getFileName().toString();
                byName.put(fileName.substring(0, fileName.length() - SUFFIX.length()), readOne(service, file));
            }
        } catch (IOException e) {
            throw new UnreadableException("cannot list the features in " + features + ": " + e.getMessage(), e);
        }
        return byName;
    }

    /** Where the bundle with these coordinates lies, whether or not it exists. */
    Path locate(ID id) {
        return bundles.resolve(id.getGroupId().replace('.', '/')).resolve(id.getArtifactId()).resolve(id.getVersion())
                .resolve(id.getArtifactId() + "-" + id.getVersion()
                        + id.getClassifier().map(classifier -> "-" + classifier).orElse("")
                        + "." + id.getType().orElse("jar"));
    }

    private static Feature readOne(FeatureService service, Path file) throws UnreadableException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return service.readFeature(reader);
        } catch (IOException | RuntimeException e) {
            // the reader of features throws whatever its JSON library does
            throw new UnreadableException("cannot read the feature " + file + ": "
                    + String.valueOf(e.getMessage()).replaceAll("\\s+", " ") + "; correct it or install the program again",
                    e);
        }
    }
}
