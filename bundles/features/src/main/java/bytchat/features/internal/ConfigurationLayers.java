package bytchat.features.internal;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Works out what a configuration should be from who says so. Weakest first: the feature's defaults, the operator's
 * files, what the operator changed while the node ran, the command line.
 *
 * <p>A change made while the node ran is recognised by comparing what is there with what was applied last; so it
 * outlives restarts and new defaults alike, property by property. It gives way when the operator afterwards puts
 * another value for the same property into a file.
 *
 * @param defaults properties by PID from the features
 * @param files    properties by PID from the operator's files
 * @param options  properties by PID from the command line
 */
record ConfigurationLayers(Map<String, Map<String, Object>> defaults, Map<String, Map<String, Object>> files,
        Map<String, Map<String, Object>> options) {

    /** Every PID that some layer speaks of. */
    Set<String> pids() {
        Set<String> pids = new LinkedHashSet<>(defaults.keySet());
        pids.addAll(files.keySet());
        pids.addAll(options.keySet());
        return pids;
    }

    /** What the layers say, without what was changed while the node ran. */
    Map<String, Object> base(String pid) {
        Map<String, Object> base = new LinkedHashMap<>(defaults.getOrDefault(pid, Map.of()));
        base.putAll(files.getOrDefault(pid, Map.of()));
        base.putAll(options.getOrDefault(pid, Map.of()));
        return base;
    }

    /**
     * What the configuration should be.
     *
     * @param current what it is now
     * @param applied the base that was applied last, as {@link #describe} put it
     */
    Map<String, Object> merge(String pid, Map<String, Object> current, Map<String, String> applied) {
        Map<String, Object> base = base(pid);
        Map<String, Object> merged = new LinkedHashMap<>(base);
        Set<String> names = new LinkedHashSet<>(current.keySet());
        names.addAll(applied.keySet());
        for (String name : names) {
            boolean edited = !Objects.equals(describe(current.get(name)), applied.get(name));
            boolean commanded = options.getOrDefault(pid, Map.of()).containsKey(name);
            boolean filedSince = files.getOrDefault(pid, Map.of()).containsKey(name)
                    && !Objects.equals(describe(base.get(name)), applied.get(name));
            if (edited && !commanded && !filedSince) {
                if (current.containsKey(name)) {
                    merged.put(name, current.get(name));
                } else {
                    merged.remove(name);
                }
            }
        }
        return merged;
    }

    /** A text that two values share if they are equal, type included; null for null. */
    static String describe(Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Object[] array) {
            return array.getClass().getSimpleName() + Arrays.deepToString(array);
        }
        if (value.getClass().isArray()) {
            int length = java.lang.reflect.Array.getLength(value);
            Object[] boxed = new Object[length];
            for (int i = 0; i < length; i++) {
                boxed[i] = java.lang.reflect.Array.get(value, i);
            }
            return value.getClass().getSimpleName() + Arrays.toString(boxed);
        }
        if (value instanceof Iterable<?>) {
            return "list" + value;
        }
        return value.getClass().getSimpleName() + " " + value;
    }

    static Map<String, String> describe(Map<String, Object> properties) {
        Map<String, String> described = new LinkedHashMap<>();
        properties.forEach((name, value) -> described.put(name, describe(value)));
        return described;
    }
}
