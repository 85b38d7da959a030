package bytchat.tck;

import bytchat.api.bencode.BBytes;
import bytchat.api.store.ChatRecord;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One record of every kind, made from what the kind consists of, so that no kind added later is forgotten. */
public final class ChatSamples {
    private ChatSamples() {
    }

    /** A record of each kind there is. */
    public static List<ChatRecord> all(BBytes value) {
        List<ChatRecord> all = new ArrayList<>();
        for (Class<?> kind : ChatRecord.class.getPermittedSubclasses()) {
            all.add(of(kind.asSubclass(ChatRecord.class), value));
        }
        return all;
    }

    /** @param value what every {@link BBytes} of the record is */
    public static <T extends ChatRecord> T of(Class<T> kind, BBytes value) {
        try {
            RecordComponent[] components = kind.getRecordComponents();
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                values[i] = component(components[i], i, value);
            }
            Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return kind.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + kind.getSimpleName(), e);
        }
    }

    private static Object component(RecordComponent component, int index, BBytes value) {
        Class<?> type = component.getType();
        if (type == BBytes.class) {
            return value;
        } else if (type == byte[].class) {
            return new byte[] {(byte) index, 0, -1};
        } else if (type == String.class) {
            return component.getName() + " é " + index;
        } else if (type == boolean.class) {
            return index % 2 == 0;
        } else if (type == int.class) {
            return 1_000 + index;
        } else if (type == long.class) {
            return -1L - index;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[index % type.getEnumConstants().length];
        }
        throw new IllegalStateException("teach this class what a " + type.getSimpleName() + " is");
    }
}
