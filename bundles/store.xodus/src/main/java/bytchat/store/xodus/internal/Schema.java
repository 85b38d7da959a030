package bytchat.store.xodus.internal;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a store consists of.
 *
 * @param tables  names
 * @param records classes of what lies in them
 */
record Schema(List<String> tables, List<Class<?>> records) {
    /**
     * A digest of the stored layout. Kept in every store and compared at its opening: records of another layout would
     * otherwise all look damaged and be set aside.
     */
    byte[] layout() {
        StringBuilder layout = new StringBuilder();
        for (Class<?> record : records) {
            layout.append(record.getSimpleName()).append('(');
            for (RecordComponent component : record.getRecordComponents()) {
                layout.append(component.getType().getSimpleName()).append(' ').append(component.getName()).append(',');
            }
            layout.append(')');
        }
        try {
            return MessageDigest.getInstance("SHA-512/256").digest(layout.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-512/256", e);
        }
    }
}
