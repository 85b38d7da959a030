package bytchat.stores.internal;

import bytchat.api.store.Stores.Kind;
import java.time.Duration;
import java.util.Map;

/**
 * @param wanted   the store that configuration names, by kind
 * @param patience how long calls wait for a store that is not there
 */
public record StoresSettings(Map<Kind, String> wanted, Duration patience) {
    public StoresSettings {
        wanted = Map.copyOf(wanted);
    }

    String wanted(Kind kind) {
        return wanted.get(kind);
    }
}
