package bytchat.planes.internal;

import bytchat.api.plane.DeliveryPlane;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The planes that are there. A successor of the same name may be there before its predecessor goes: the one that came last counts. Written
 * on the event loop, read from any thread.
 */
final class Registry {
    private final List<Installed> all = new CopyOnWriteArrayList<>();

    Installed add(DeliveryPlane plane, String bundle) {
        Installed added = new Installed(plane, bundle);
        all.add(added);
        return added;
    }

    /** By identity: another of the same class may be there already. */
    void remove(DeliveryPlane plane) {
        all.removeIf(i -> i.plane() == plane);
    }

    boolean contains(Installed plane) {
        return all.contains(plane);
    }

    boolean contains(String name) {
        return all.stream().anyMatch(i -> i.name().equals(name));
    }

    /** The plane of that name that came last. */
    Optional<Installed> current(String name, String keySpace) {
        return all.stream().filter(i -> i.name().equals(name) && i.keySpace().equals(keySpace)).reduce((earlier, later) -> later);
    }

    /** Of each name and key space the plane that came last. */
    Stream<Installed> newest() {
        return all.stream().filter(i -> current(i.name(), i.keySpace()).filter(newest -> newest == i).isPresent());
    }

    String reasonMissing(String name) {
        String others = newest().map(Installed::name).distinct().sorted().collect(Collectors.joining(", "));
        return "the plane " + name + " is not installed: feature install " + name + "-plane"
                + (others.isEmpty() ? "" : " (installed: " + others + ")");
    }
}
