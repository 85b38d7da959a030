package bytchat.ui.web.internal;

import bytchat.api.messaging.Messenger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The accounts' messengers by fingerprint, and who waits for one that is about to come. May be used from any thread. */
final class People {
    private final Map<String, Messenger> messengers = new HashMap<>();
    private final Map<String, CompletableFuture<Messenger>> awaited = new HashMap<>();

    synchronized void add(Messenger messenger) {
        String fingerprint = messenger.self().fingerprint();
        messengers.put(fingerprint, messenger);
        Optional.ofNullable(awaited.remove(fingerprint)).ifPresent(waiting -> waiting.complete(messenger));
    }

    /** By identity: a successor may have come before its predecessor goes. */
    synchronized void remove(Messenger messenger) {
        messengers.values().removeIf(one -> one == messenger);
    }

    synchronized Optional<Messenger> find(String fingerprint) {
        return Optional.ofNullable(messengers.get(fingerprint));
    }

    /** By name. */
    synchronized List<Messenger> all() {
        return messengers.values().stream().sorted(Comparator.comparing((Messenger one) -> one.self().name())
                .thenComparing(one -> one.self().fingerprint())).toList();
    }

    /** Completes when it is there; there is one at most for every account that is being made. */
    synchronized CompletionStage<Messenger> await(String fingerprint) {
        Messenger there = messengers.get(fingerprint);
        return there != null ? CompletableFuture.completedFuture(there)
                : awaited.computeIfAbsent(fingerprint, f -> new CompletableFuture<>());
    }
}
