package bytchat.transport.tls.internal;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The inbound connections that have not authenticated, oldest first.
 *
 * <p>Threat: one host opens as many connections as we allow and lets them hang, so that nobody else gets in. Answer:
 * when there are too many, the host with the most of them loses its oldest. When no host has more than one, many have
 * come at once, as after a restart: then it is the newcomer who is sent away, so that those before it finish.
 */
final class Strangers {
    private final int max;
    private final Set<TlsLink> strangers = new LinkedHashSet<>();

    Strangers(int max) {
        this.max = max;
    }

    /** Adds a newcomer; returns the one, perhaps itself, that has to go and is no longer counted. */
    Optional<TlsLink> add(TlsLink newcomer) {
        strangers.add(newcomer);
        if (strangers.size() <= max) {
            return Optional.empty();
        }
        TlsLink surplus = surplus(newcomer);
        strangers.remove(surplus);
        return Optional.of(surplus);
    }

    private TlsLink surplus(TlsLink newcomer) {
        Map<InetAddress, Integer> counts = new HashMap<>();
        InetAddress crowd = newcomer.remote().getAddress();
        for (TlsLink stranger : strangers) {
            InetAddress address = stranger.remote().getAddress();
            if (counts.merge(address, 1, Integer::sum) > counts.getOrDefault(crowd, 0)) {
                crowd = address;
            }
        }
        if (counts.get(crowd) == 1) {
            return newcomer;
        }
        for (TlsLink stranger : strangers) {
            if (stranger.remote().getAddress().equals(crowd)) {
                return stranger;
            }
        }
        throw new AssertionError("a crowd has members");
    }

    void remove(TlsLink link) {
        strangers.remove(link);
    }

    int size() {
        return strangers.size();
    }
}
