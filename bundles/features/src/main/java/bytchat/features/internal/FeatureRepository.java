package bytchat.features.internal;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/**
 * The feature files at hand, and the bundles they name, in the layout of a Maven repository: the program's own, and
 * copies of what the operator installed from files, in {@code DATA/features}. A copy is used in place of a feature of
 * the program's that has the same name.
 */
final class FeatureRepository {
    /** An operator's feature file may have this many bytes. */
    static final long FILE_BYTES_MAX = 1024 * 1024;
    /** It may name this many bundles. */
    static final int BUNDLES_MAX = 128;
    /** Each may have this many bytes. */
    static final long BUNDLE_BYTES_MAX = 64L * 1024 * 1024;

    private static final String SUFFIX = ".json";
    private static final String JAR = "jar";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    /** Each part of a bundle's coordinates becomes a part of its path: nothing may lead out of the repository. */
    private static final Pattern COORDINATE = Pattern.compile("[A-Za-z0-9_-]+([.+][A-Za-z0-9_-]+)*");
    /** A copy that is not whole yet. */
    private static final String UNFINISHED = ".new";

    private final FeatureService service;
    private final Path features;
    private final Path bundles;
    private final Path copies;
    private final Path copiedBundles;

    /**
     * @param home the program's directory, with {@code features/} and {@code repo/}
     * @param data where copies lie: {@code NAME.json} and {@code repo/}
     */
    FeatureRepository(FeatureService service, Path home, Path data) {
        this.service = service;
        features = home.resolve("features");
        bundles = home.resolve("repo");
        copies = data;
        copiedBundles = data.resolve("repo");
    }

    /** A feature, and the file that describes it. */
    record Entry(String name, Feature feature, Path file) {
        /** What two features share if they name the same: a bundle's coordinates without the version. */
        static String bundleOf(ID id) {
            return id.getGroupId() + ":" + id.getArtifactId() + id.getClassifier().map(classifier -> ":" + classifier)
                    .orElse("");
        }
    }

    /** A feature brought by a file, and the bundles copied for it. */
    record Imported(Entry entry, List<Path> copied) {
    }

    /** Reads the program's feature files; a feature's name is its file's. */
    Map<String, Entry> read() throws UnreadableException {
        Map<String, Entry> byName = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(features)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList()) {
                byName.put(nameOf(file), readOne(file));
            }
        } catch (IOException e) {
            throw new UnreadableException("cannot list the features in " + features + ": " + e.getMessage(), e);
        }
        return byName;
    }

    /**
     * Reads the copy of a feature that the operator installed from a file.
     *
     * @throws UnreadableException if it, or a copied bundle, is damaged
     */
    Entry readCopy(String name) throws UnreadableException {
        Entry entry = readOne(copies.resolve(name + SUFFIX));
        for (FeatureBundle bundle : entry.feature().getBundles()) {
            if (isCopied(bundle.getID())) {
                requireBundle(place(copiedBundles, bundle.getID()));
            }
        }
        return entry;
    }

    private static void requireBundle(Path jar) throws UnreadableException {
        if (manifest(jar, "Bundle-SymbolicName").isEmpty()) {
            throw new UnreadableException(jar
                    + " is no bundle: it is damaged, or has no Bundle-SymbolicName in its manifest");
        }
    }

    /** Where the bundle with these coordinates lies, whether or not it exists. */
    Path locate(ID id) {
        Path copy = place(copiedBundles, id);
        return Files.exists(copy) ? copy : place(bundles, id);
    }

    /** Whether a feature is as the program brings it. */
    boolean isProgramsOwn(Entry entry) {
        return entry.file().startsWith(features);
    }

    /** Whether the bundle with these coordinates was copied from an operator's file. */
    boolean isCopied(ID id) {
        return Files.exists(place(copiedBundles, id));
    }

    /** Where copies lie. */
    Path copies() {
        return copies;
    }

    /** The jars that are missing for a feature. */
    List<Path> missing(Feature feature) {
        return feature.getBundles().stream().map(bundle -> locate(bundle.getID()))
                .filter(jar -> !Files.isRegularFile(jar)).toList();
    }

    /**
     * Reads a feature file of the operator's and copies the bundles that the program does not have.
     *
     * @throws UnreadableException naming what is wrong or missing; then nothing has been copied
     */
    Imported importFile(Path file) throws UnreadableException {
        if (!Files.isRegularFile(file) || !file.toString().endsWith(SUFFIX) || !NAME.matcher(nameOf(file)).matches()) {
            throw new UnreadableException(file + (Files.exists(file)
                    ? " is not a feature file: it is named NAME.json, with a NAME of small letters,"
                    + " digits, dots and dashes" : " does not exist"));
        }
        if (file.getFileName().toString().equals(Choices.FILE)) {
            throw new UnreadableException(file + " cannot be installed under this name: the node keeps its own list in a"
                    + " file " + Choices.FILE + "; give the feature another name");
        }
        Entry entry = readOne(file);
        List<FeatureBundle> wanted = entry.feature().getBundles();
        if (wanted.size() > BUNDLES_MAX) {
            throw new UnreadableException(file + " names " + wanted.size() + " bundles; at most " + BUNDLES_MAX
                    + " are allowed");
        }
        Map<ID, Path> brought = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (FeatureBundle bundle : wanted) {
            Optional<Path> beside = beside(file.toAbsolutePath().getParent(), bundle.getID());
            if (beside.isPresent()) {
                brought.put(bundle.getID(), beside.get());
            } else if (!Files.isRegularFile(locate(bundle.getID()))) {
                missing.add(bundle.getID().toString());
            }
        }
        if (!missing.isEmpty()) {
            throw new UnreadableException("these bundles of " + file + " are missing: " + String.join(", ", missing)
                    + "; put their jars beside it, or into repo/ beside it");
        }
        return new Imported(entry, copy(brought));
    }

    /** Keeps the description of an imported feature, once its bundles run. */
    void keep(Entry entry) throws IOException {
        Files.createDirectories(copies);
        Path next = copies.resolve(entry.name() + SUFFIX + ".new");
        Files.copy(entry.file(), next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, copies.resolve(entry.name() + SUFFIX), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Throws away the copies that no feature of these names, and the description of a feature that is not among these.
     */
    void prune(Collection<Entry> copied) throws IOException {
        Set<Path> used = new HashSet<>();
        copied.forEach(entry -> {
            used.add(copies.resolve(entry.name() + SUFFIX));
            entry.feature().getBundles().forEach(bundle -> used.add(place(copiedBundles, bundle.getID())));
        });
        if (Files.isDirectory(copies)) {
            try (Stream<Path> files = Files.walk(copies)) {
                for (Path file : files.filter(Files::isRegularFile).filter(path -> path.toString().endsWith("." + JAR)
                        || path.toString().endsWith(UNFINISHED)
                        || path.getParent().equals(copies) && path.toString().endsWith(SUFFIX)).toList()) {
                    if (!used.contains(file) && !file.getFileName().toString().equals(Choices.FILE)) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    /** The names of features one of whose bundles says in its manifest that it offers the service. */
    List<String> offering(String service, Map<String, Entry> known) {
        return known.values().stream().filter(entry -> entry.feature().getBundles().stream()
                .map(bundle -> locate(bundle.getID()))
                .anyMatch(jar -> manifest(jar, "Provide-Capability").map(header -> header.contains(service))
                .orElse(false))).map(Entry::name).toList();
    }

    /** A header of a jar's manifest, if it can be read. */
    static Optional<String> manifest(Path jar, String header) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Optional.ofNullable(file.getManifest()).map(manifest ->
                    manifest.getMainAttributes().getValue(header));
        } catch (IOException e) {
            return Optional.empty(); // whoever wants to install it is told
        }
    }

    private List<Path> copy(Map<ID, Path> brought) throws UnreadableException {
        for (Path jar : brought.values()) {
            requireBundle(jar);
        }
        List<Path> copied = new ArrayList<>();
        try {
            for (Map.Entry<ID, Path> one : brought.entrySet()) {
                Path present = locate(one.getKey());
                if (!Files.isRegularFile(present)) {
                    Path target = place(copiedBundles, one.getKey());
                    Files.createDirectories(target.getParent());
                    Path next = target.resolveSibling(target.getFileName() + UNFINISHED);
                    copied.add(next); // what is half there when the disk is full goes again
                    Files.copy(one.getValue(), next, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
                    copied.set(copied.size() - 1, target);
                } else if (Files.mismatch(present, one.getValue()) >= 0) {
                    throw new UnreadableException(one.getValue()
                            + " differs from the bundle that this node has with the coordinates " + one.getKey()
                            + ": give another build another version");
                }
            }
            return copied;
        } catch (IOException e) {
            discard(copied);
            throw new UnreadableException("the bundles cannot be copied to " + copiedBundles + " (" + e.getMessage()
                    + "); make room", e);
        } catch (UnreadableException e) {
            discard(copied);
            throw e;
        }
    }

    /** Throws away what was copied for a feature that could not be installed. */
    static void discard(List<Path> copied) {
        copied.forEach(path -> path.toFile().delete()); // what stays is thrown away by the next prune
    }

    private static Optional<Path> beside(Path directory, ID id) throws UnreadableException {
        String type = "." + id.getType().orElse(JAR);
        for (Path candidate : List.of(place(directory.resolve("repo"), id),
                directory.resolve(id.getArtifactId() + "-" + id.getVersion() + type),
                directory.resolve(id.getArtifactId() + type))) {
            if (Files.isRegularFile(candidate)) {
                if (candidate.toFile().length() > BUNDLE_BYTES_MAX) {
                    throw new UnreadableException(candidate + " is longer than " + BUNDLE_BYTES_MAX + " bytes");
                }
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static Path place(Path repository, ID id) {
        return repository.resolve(id.getGroupId().replace('.',
                '/')).resolve(id.getArtifactId()).resolve(id.getVersion())
                .resolve(id.getArtifactId() + "-" + id.getVersion() + id.getClassifier()
                .map(classifier -> "-" + classifier).orElse("")
                        + "." + id.getType().orElse(JAR));
    }

    private static String nameOf(Path file) {
        String fileName = file.getFileName().toString();
        return fileName.substring(0, Math.max(0, fileName.length() - SUFFIX.length()));
    }

    private Entry readOne(Path file) throws UnreadableException {
        try (Reader reader = Files.newBufferedReader(file)) {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new UnreadableException("the feature " + file + " is longer than " + FILE_BYTES_MAX + " bytes");
            }
            Feature feature = service.readFeature(reader);
            for (FeatureBundle bundle : feature.getBundles()) {
                requirePlain(file, bundle.getID());
            }
            return new Entry(nameOf(file), feature, file);
        } catch (IOException | RuntimeException e) {
            // the reader of features throws whatever its JSON library does
            throw new UnreadableException("cannot read the feature " + file + ": "
                    + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
                    + "; correct it or install the program again", e);
        }
    }

    private static void requirePlain(Path file, ID id) throws UnreadableException {
        boolean plain = Stream.of(Optional.of(id.getGroupId()), Optional.of(id.getArtifactId()),
                Optional.of(id.getVersion()), id.getType(), id.getClassifier()).flatMap(Optional::stream)
                .allMatch(part -> COORDINATE.matcher(part).matches());
        if (!plain) {
            throw new UnreadableException("the feature " + file + " names the bundle " + id
                    + ", whose coordinates are not made of letters, digits, dots and dashes");
        }
    }

    /** What the operator has chosen while the node ran: kept beside the copies. */
    Choices choices() throws UnreadableException {
        Path file = copies.resolve(Choices.FILE);
        if (!Files.exists(file)) {
            return Choices.NONE;
        }
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
            return Choices.of(reader.readObject());
        } catch (IOException | JsonException | ClassCastException e) {
            throw new UnreadableException("cannot read " + file
                    + ", which says what was installed and removed while the node ran: "
                    + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
                    + "; correct it or move it away to go back to the defaults", e);
        }
    }

    void write(Choices choices) throws IOException {
        Files.createDirectories(copies);
        Path next = copies.resolve(Choices.FILE + ".new");
        Files.writeString(next, choices.json() + System.lineSeparator());
        Files.move(next, copies.resolve(Choices.FILE), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
