package bytchat.messaging.internal;

import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.presence.Presence;
import java.time.Duration;
import java.util.Optional;

/** Keeps the account's meta published and its device announced, while there is a network to do it in. */
final class Announcement {
    /** Meta that fewer than five holders could take is put again after this: the network is young or small. */
    private static final Duration SMALL_NETWORK = Duration.ofMinutes(10);

    private final Core core;
    private Optional<MetaDirectory> directory = Optional.empty();
    private Optional<Presence> presence = Optional.empty();
    private Registration bound = () -> { };
    private Registration next = () -> { };
    private int failures;
    private boolean publishing;
    private boolean again;
    private boolean closed;
    private volatile String state = "not published yet";

    Announcement(Core core) {
        this.core = core;
    }

    /** The network has changed. */
    void network(Network network) {
        if (!presence.equals(network.presence())) {
            bound.close();
            presence = network.presence();
            bound = presence.map(p -> p.announce(core.account)).orElse(() -> { });
        }
        if (!directory.equals(network.meta())) {
            directory = network.meta();
            publish();
        }
    }

    /** How the last publication went, in words. */
    String state() {
        return state;
    }

    void publish() {
        next.close();
        if (closed || directory.isEmpty()) {
            return;
        }
        if (publishing) {
            again = true;
            return;
        }
        publishing = true;
        core.patiently(() -> directory.get().publish(core.account)).whenComplete((published, failure) -> {
            publishing = false;
            Duration wait;
            if (failure != null || published.stored() == 0) {
                String why = failure != null ? Stages.sentence(failure) : published.reason();
                state = "not published: " + why;
                wait = backOff();
            } else {
                failures = 0;
                state = "published at " + published.stored() + " of " + published.holders();
                wait = published.holders() < Holders.COUNT ? SMALL_NETWORK : core.settings.publishPeriod();
            }
            if (!closed) {
                next = core.environment.loop().schedule(again ? Duration.ZERO : wait, this::publish);
                again = false;
            }
        });
    }

    private Duration backOff() {
        int doublings = Math.min(failures++, 16);
        long nanos = Math.min(core.settings.retryMin().toNanos() << doublings, core.settings.retryMax().toNanos());
        return Duration.ofNanos((long) (nanos * (0.5 + core.environment.random().nextDouble())));
    }

    void close() {
        closed = true;
        next.close();
        bound.close();
    }
}
