package bytchat.plane.direct.internal;

import bytchat.api.account.Account;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.Key;
import bytchat.api.presence.Presence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Trackers that all say the same, whoever is looked for. */
record FixedPresence(List<Sighting> sightings) implements Presence {
    @Override
    public Registration announce(Account account) {
        return () -> { };
    }

    @Override
    public CompletionStage<List<Sighting>> find(Key uid) {
        return CompletableFuture.completedFuture(sightings);
    }
}
