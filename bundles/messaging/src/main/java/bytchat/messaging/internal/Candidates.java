package bytchat.messaging.internal;

import bytchat.api.keyspace.KeySpace;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.Constants;

/**
 * The services of one kind that are there, of which configuration chooses. A successor is bound before its predecessor is unbound: the
 * older one is kept until it goes, unless the newer ranks higher.
 */
final class Candidates<T> {
    private final List<Candidate<T>> all = new CopyOnWriteArrayList<>();

    private record Candidate<T>(T service, Map<String, Object> properties) {
        int ranking() {
            return properties.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
        }

        long id() {
            return properties.get(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE;
        }
    }

    void add(T service, Map<String, Object> properties) {
        all.add(new Candidate<>(service, Map.copyOf(properties)));
    }

    /** By identity: another service of the same class may be there already. */
    void remove(T service) {
        all.removeIf(candidate -> candidate.service() == service);
    }

    Optional<T> inKeySpace(String name) {
        return with(Map.of(KeySpace.PROPERTY, name));
    }

    Optional<T> with(Map<String, String> wanted) {
        return all.stream()
                .filter(c -> wanted.entrySet().stream().allMatch(w -> w.getValue().equals(c.properties().get(w.getKey()))))
                .min(Comparator.<Candidate<T>>comparingInt(c -> -c.ranking()).thenComparingLong(Candidate::id))
                .map(Candidate::service);
    }
}
