package bytchat.api.presence;

import bytchat.api.account.Account;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.tracker.Binding;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Announces this node's devices and finds others'. Service property {@code bytchat.keyspace}. May be called from any thread. */
@ProviderType
public interface Presence {
    /**
     * Keeps this device bound at the holders of its UID, over links that hang, until closed. They are looked up again every 5
     * minutes and when a link is lost. Its state is a {@link bytchat.api.status.StatusSource}.
     */
    Registration announce(Account account);

    /**
     * Asks several trackers and merges.
     *
     * @return completes on the event loop with one sighting per device, those seen last first; empty if none is known. Never fails
     */
    CompletionStage<List<Sighting>> find(Key uid);

    /**
     * A device that some trackers list; the binding's signatures have been verified.
     *
     * @param endpoint  where the trackers saw it
     * @param reachable whether a tracker's dial-back found that node key there
     * @param trackers  how many trackers said so
     */
    record Sighting(byte[] deviceId, byte[] nodeKey, InetSocketAddress endpoint, boolean reachable, int trackers, Binding binding) {
    }
}
