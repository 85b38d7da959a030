package bytchat.ui.shell.internal;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.osgi.service.metatype.AttributeDefinition;

/** Types of configuration properties, and texts that are values of them. */
enum Types {
    TEXT("text", String.class, value -> value),
    INTEGER("integer", Integer.class, Integer::valueOf),
    LONG("integer", Long.class, Long::valueOf),
    NUMBER("number", Double.class, Double::valueOf),
    BOOLEAN("yes or no", Boolean.class, Types::truth);

    private final String words;
    private final Class<?> type;
    private final Function<String, Object> parser;

    Types(String words, Class<?> type, Function<String, Object> parser) {
        this.words = words;
        this.type = type;
        this.parser = parser;
    }

    /** A type, and whether there may be several values. */
    record Property(Types type, boolean many) {
        String words() {
            return type.words + (many ? ", any number of" : "");
        }

        Object parse(String name, List<String> values) throws ShellException {
            if (!many && values.size() != 1) {
                throw new ShellException(name + " takes one value, not " + values.size());
            }
            List<Object> parsed = new ArrayList<>();
            for (String value : values) {
                try {
                    parsed.add(type.parser.apply(value));
                } catch (IllegalArgumentException e) {
                    throw new ShellException("\"" + value + "\" will not do for " + name + ": it wants " + type.words);
                }
            }
            return many ? parsed.toArray((Object[]) Array.newInstance(type.type, 0)) : parsed.get(0);
        }
    }

    static Property of(AttributeDefinition attribute) {
        Types type = switch (attribute.getType()) {
            case AttributeDefinition.INTEGER, AttributeDefinition.SHORT, AttributeDefinition.BYTE -> INTEGER;
            case AttributeDefinition.LONG -> LONG;
            case AttributeDefinition.DOUBLE, AttributeDefinition.FLOAT -> NUMBER;
            case AttributeDefinition.BOOLEAN -> BOOLEAN;
            default -> TEXT;
        };
        return new Property(type, attribute.getCardinality() != 0);
    }

    static Property of(Object value) {
        Class<?> type = value.getClass().isArray() ? value.getClass().getComponentType() : value.getClass();
        return new Property(Arrays.stream(values()).filter(one -> one.type == type).findFirst().orElse(TEXT), value.getClass().isArray());
    }

    /** A value that was written as its type, a blank, and its text: {@code Integer 5}, {@code String[][a, b]}. */
    static Object described(String name, String text) throws ShellException {
        for (Types type : values()) {
            String simple = type.type.getSimpleName();
            if (text.startsWith(simple + " ")) {
                return new Property(type, false).parse(name, List.of(text.substring(simple.length() + 1)));
            } else if (text.startsWith(simple + "[][") && text.endsWith("]")) {
                String inside = text.substring(simple.length() + 3, text.length() - 1);
                return new Property(type, true).parse(name, inside.isEmpty() ? List.of() : List.of(inside.split(", ")));
            }
        }
        throw new ShellException("the earlier value of " + name + " is not known: set it");
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true", "yes", "on" -> Boolean.TRUE;
            case "false", "no", "off" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
