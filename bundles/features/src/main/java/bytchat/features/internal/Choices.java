package bytchat.features.internal;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operator installed and removed while the node ran, which holds over restarts.
 *
 * @param installed when, by name (ISO 8601)
 * @param removed   when, by name (ISO 8601); a default feature that was removed stays away
 * @param files     for features that came by a file: its path, by name
 */
record Choices(Map<String, String> installed, Map<String, String> removed, Map<String, String> files) {
    static final String FILE = "chosen.json";
    static final Choices NONE = new Choices(Map.of(), Map.of(), Map.of());

    Choices {
        installed = Map.copyOf(installed);
        removed = Map.copyOf(removed);
        files = Map.copyOf(files);
    }

    Choices install(String name, String time) {
        return new Choices(with(installed, name, time), without(removed, name), files);
    }

    Choices installFile(String name, String time, String path) {
        return new Choices(with(installed, name, time), without(removed, name), with(files, name, path));
    }

    Choices remove(String name, String time) {
        return new Choices(without(installed, name), with(removed, name, time), without(files, name));
    }

    /** What runs: the defaults, without what was removed, with what was installed. */
    List<String> apply(List<String> defaults) {
        Set<String> names = new LinkedHashSet<>(defaults);
        names.removeAll(removed.keySet());
        installed.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(entry -> names.add(entry.getKey()));
        return List.copyOf(names);
    }

    JsonObject json() {
        return Json.createObjectBuilder().add("installed", json(installed)).add("removed", json(removed)).add("files",
                json(files)).build();
    }

    static Choices of(JsonObject json) {
        return new Choices(map(json.getJsonObject("installed")), map(json.getJsonObject("removed")),
                map(json.getJsonObject("files")));
    }

    private static Map<String, String> map(JsonObject json) {
        Map<String, String> map = new LinkedHashMap<>();
        if (json != null) {
            json.keySet().forEach(name -> map.put(name, json.getString(name)));
        }
        return map;
    }

    private static JsonObjectBuilder json(Map<String, String> map) {
        JsonObjectBuilder builder = Json.createObjectBuilder();
        map.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(entry -> builder.add(entry.getKey(), entry.getValue()));
        return builder;
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(map);
        more.put(name, value);
        return more;
    }

    private static Map<String, String> without(Map<String, String> map, String name) {
        Map<String, String> less = new LinkedHashMap<>(map);
        less.remove(name);
        return less;
    }
}
