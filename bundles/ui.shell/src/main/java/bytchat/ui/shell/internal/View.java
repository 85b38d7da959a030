package bytchat.ui.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a command found out: shown as JSON with all its fields, or to people as a table or a list of facts. */
sealed interface View {
    /** What JSON is made of: maps, lists, texts, numbers, booleans, bytes. */
    Object data();

    /**
     * Facts by name, in the order to show them; a value may be a map or a list again.
     */
    record Facts(Map<String, Object> data) implements View {
    }

    /**
     * One row for each thing.
     *
     * @param columns   what people see of a row
     * @param whenEmpty what people see when there is none
     */
    record Table(List<Column> columns, List<Map<String, Object>> data, String whenEmpty) implements View {
    }

    /**
     * One sentence, with its facts for JSON.
     */
    record Done(String sentence, Map<String, Object> data) implements View {
    }

    /** A column of a table. */
    record Column(String title, Function<Map<String, Object>, Object> text) {
        /** A field under its own name. */
        static Column of(String field) {
            return new Column(field.toUpperCase(java.util.Locale.ROOT).replace('_', ' '), row -> row.get(field));
        }

        /** A field under its own name, as other words. */
        static Column of(String field, Function<Object, Object> words) {
            Column plain = of(field);
            return new Column(plain.title, row -> words.apply(plain.text.apply(row)));
        }

        /** A long field of which people need the beginning only. */
        static Column prefix(String field, int characters) {
            return new Column(field.toUpperCase(java.util.Locale.ROOT).replace('_', ' '), row -> {
                String text = String.valueOf(row.get(field));
                return text.length() <= characters ? text : text.substring(0, characters) + "…";
            });
        }
    }
}
