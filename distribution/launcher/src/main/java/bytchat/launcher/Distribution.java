package bytchat.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The installed program: {@code lib/} (this launcher), {@code kernel/LEVEL/} (bundles that always run, by start level),
 * {@code repo/} (bundles of features, in the layout of a Maven repository), {@code features/} and {@code etc/}.
 */
public final class Distribution {
    /** System property that names the program's directory; without it the launcher's own place tells. */
    public static final String HOME_PROPERTY = "bytchat.home";

    private final Path home;

    public Distribution(Path home) {
        this.home = home.toAbsolutePath().normalize();
    }

    /** Finds the distribution that this launcher was started from. */
    public static Distribution locate() throws LaunchException {
        String named = System.getProperty(HOME_PROPERTY);
        if (named != null) {
            return new Distribution(Path.of(named));
        }
        try {
            URI self = Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            return new Distribution(Path.of(self).getParent().getParent());
        } catch (URISyntaxException e) {
            throw new LaunchException(ExitCode.UNEXPECTED, "cannot tell where the program is installed; say so with -D"
                    + HOME_PROPERTY + "=DIR", e);
        }
    }

    public Path home() {
        return home;
    }

    public Path repository() {
        return home.resolve("repo");
    }

    public Path features() {
        return home.resolve("features");
    }

    public Path defaults() {
        return home.resolve("etc");
    }

    /** Returns the kernel's jars by start level. */
    public SortedMap<Integer, List<Path>> kernel() throws IOException, LaunchException {
        Path kernel = home.resolve("kernel");
        if (!Files.isDirectory(kernel)) {
            throw new LaunchException(ExitCode.UNEXPECTED,
                    home + " is not a BytChat distribution: it has no kernel/ directory");
        }
        SortedMap<Integer, List<Path>> jarsByLevel = new TreeMap<>();
        for (Path level : children(kernel)) {
            jarsByLevel.put(Integer.valueOf(level.getFileName().toString()), children(level));
        }
        return jarsByLevel;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(entries.sorted().toList());
        }
    }
}
