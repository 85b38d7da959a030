package bytchat.ui.shell.internal;

import bytchat.api.keyspace.Key;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.JsonWriter;
import jakarta.json.spi.JsonProvider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/** Shows a {@link View}: as one line of JSON, or as text for people. */
final class Printer {
    private static final int COLUMN_CHARACTERS_MAX = 90;
    private static final int GAP = 2;
    private static final int TABLE_CHARACTERS_MAX = 140;
    private static final Pattern LONG_KEY = Pattern.compile("[0-9a-f]{40,}");
    private static final int KEY_DIGITS = 16;

    /** Looked up once: {@code Json}'s own methods look for it each time, for each value. */
    static final JsonProvider JSON = JsonProvider.provider();

    private Printer() {
    }

    static void json(Object data, PrintWriter out) {
        StringWriter line = new StringWriter();
        try (JsonWriter writer = JSON.createWriter(line)) {
            writer.write(value(data));
        }
        out.println(line);
    }

    static void text(View view, PrintWriter out) {
        if (view instanceof View.Done done) {
            out.println(words(done.sentence()));
        } else if (view instanceof View.Facts facts) {
            facts(facts.data(), "", out);
        } else if (view instanceof View.Table table) {
            if (table.data().isEmpty()) {
                out.println(table.whenEmpty());
            } else {
                table(table.columns(), table.data(), "", out);
            }
        }
    }

    private static void facts(Map<String, Object> facts, String indent, PrintWriter out) {
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((name, value) -> {
            if (value instanceof Map<?, ?> nested && !nested.isEmpty()) {
                out.println(indent + name + ":");
                facts(named(nested), indent + "  ", out);
            } else if (value instanceof Collection<?> rows && !rows.isEmpty() && rows.stream()
                    .allMatch(Map.class::isInstance)) {
                out.println(indent + name + ":");
                rows(rows.stream().map(row -> named((Map<?, ?>) row)).toList(), indent + "  ", out);
            } else {
                out.println(indent + name + " ".repeat(width - name.length() + GAP) + words(value));
            }
        });
    }

    /** As a table if that fits on a screen; else, or if there is but one, each for itself with all its facts. */
    private static void rows(List<Map<String, Object>> rows, String indent, PrintWriter out) {
        List<View.Column> columns = rows.get(0).keySet().stream()
                .map(field -> View.Column.of(field, value -> shortened(words(value)))).toList();
        int width = columns.stream().mapToInt(column -> GAP + Math.max(column.title().length(),
                rows.stream().mapToInt(row -> words(column.text().apply(row)).length()).max().orElse(0))).sum();
        if (rows.size() > 1 && width <= TABLE_CHARACTERS_MAX) {
            table(columns, rows, indent, out);
            return;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                out.println();
            }
            facts(rows.get(i), indent, out);
        }
    }

    /** Of a key people need the beginning; JSON has all of it. */
    private static String shortened(String text) {
        return LONG_KEY.matcher(text).matches() ? text.substring(0, KEY_DIGITS) + "…" : text;
    }

    private static void table(List<View.Column> columns, List<Map<String, Object>> rows, String indent,
            PrintWriter out) {
        List<String[]> cells = rows.stream()
                .map(row -> columns.stream().map(column -> words(column.text().apply(row))).toArray(String[]::new))
                        .toList();
        Column[] layout = new Column[columns.size()];
        for (int i = 0; i < layout.length; i++) {
            int column = i;
            int width = Math.max(columns.get(i).title().length(), cells.stream().mapToInt(row -> row[column].length())
                    .max().orElse(0));
            layout[i] = new Column(Math.min(width, COLUMN_CHARACTERS_MAX) + GAP, 0, Column.Overflow.WRAP);
        }
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), layout);
        table.addRowValues(columns.stream().map(View.Column::title).toArray(String[]::new));
        cells.forEach(table::addRowValues);
        table.toString().lines().forEach(line -> out.println(indent + line.stripTrailing()));
    }

    private static Map<String, Object> named(Map<?, ?> map) {
        return map.entrySet().stream().collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()),
                entry -> entry.getValue() == null ? "" : entry.getValue(), (one, other) -> one,
                        java.util.LinkedHashMap::new));
    }

    private static String words(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Collection<?> values) {
            return values.stream().map(Printer::words).collect(Collectors.joining(", "));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(entry -> entry.getKey() + "=" + words(entry.getValue()))
                    .collect(Collectors.joining(", "));
        }
        if (value instanceof byte[] bytes) {
            return bytes.length + " bytes";
        }
        // what others have written must not move the cursor or ring the bell
        return plain(value).codePoints().filter(c -> !Character.isISOControl(c) || c == '\n')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private static String plain(Object value) {
        if (value instanceof InetSocketAddress address) {
            String host = address.getAddress() == null ? address.getHostString() : address.getAddress()
                    .getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }
        if (value instanceof Key key) {
            return key.hex();
        }
        return value instanceof Enum<?> constant ? constant.name().toLowerCase(Locale.ROOT) : value.toString();
    }

    private static JsonValue value(Object data) {
        if (data == null) {
            return JsonValue.NULL;
        }
        if (data instanceof Optional<?> optional) {
            return value(optional.orElse(null));
        }
        if (data instanceof Map<?, ?> map) {
            JsonObjectBuilder object = JSON.createObjectBuilder();
            map.forEach((name, value) -> object.add(String.valueOf(name), value(value)));
            return object.build();
        }
        if (data instanceof Collection<?> values) {
            JsonArrayBuilder array = JSON.createArrayBuilder();
            values.forEach(value -> array.add(value(value)));
            return array.build();
        }
        if (data instanceof Boolean truth) {
            return truth ? JsonValue.TRUE : JsonValue.FALSE;
        }
        if (data instanceof Integer || data instanceof Long || data instanceof Short || data instanceof Byte) {
            return JSON.createValue(((Number) data).longValue());
        }
        if (data instanceof Number number) {
            return Double.isFinite(number.doubleValue()) ? JSON.createValue(number.doubleValue()) : JsonValue.NULL;
        }
        return JSON.createValue(data instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : plain(data));
    }
}
