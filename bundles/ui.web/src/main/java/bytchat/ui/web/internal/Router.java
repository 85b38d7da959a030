package bytchat.ui.web.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Which operation a request asks for. */
final class Router {
    /** What may stand in a place that a path leaves open. */
    private static final Map<String, Pattern> VARIABLES = Map.of(
            "account", Pattern.compile("[0-9a-f]{128}"),
            "contact", Pattern.compile("[0-9a-f]{128}"),
            "number", Pattern.compile("[0-9]{1,15}"));

    /** Does the work. */
    @FunctionalInterface
    interface Operation {
        CompletionStage<? extends Answer> run(Call call) throws ApiException;
    }

    private record Route(String method, List<String> path, Operation operation) {
    }

    private final List<Route> routes = new ArrayList<>();

    Router on(String method, String path, Operation operation) {
        routes.add(new Route(method, List.of(path.split("/")), operation));
        return this;
    }

    /** "METHOD path" of each, as in the OpenAPI document. */
    Set<String> operations() {
        Set<String> all = new TreeSet<>();
        routes.forEach(route -> all.add(route.method + " " + String.join("/", route.path)));
        return all;
    }

    CompletionStage<? extends Answer> run(Call call) throws ApiException {
        List<String> path = List.of(call.path().split("/", -1));
        Set<String> others = new TreeSet<>();
        for (Route route : routes) {
            Map<String, String> variables = new HashMap<>();
            if (matches(route.path, path, variables)) {
                if (route.method.equals(call.method())) {
                    return route.operation.run(call.with(variables));
                }
                others.add(route.method);
            }
        }
        throw others.isEmpty() ? new ApiException(404, "There is nothing at this address.")
                : new ApiException(405, "Only " + String.join(", ", others) + " can be done here.");
    }

    private static boolean matches(List<String> template, List<String> path, Map<String, String> variables) {
        if (template.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            String expected = template.get(i);
            if (expected.startsWith("{")) {
                String name = expected.substring(1, expected.length() - 1);
                if (!VARIABLES.get(name).matcher(path.get(i)).matches()) {
                    return false;
                }
                variables.put(name, path.get(i));
            } else if (!expected.equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
