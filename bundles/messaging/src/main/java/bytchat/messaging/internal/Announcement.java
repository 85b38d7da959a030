package bytchat.messaging.internal;

import bytchat.api.env.Registration;
import bytchat.api.holder.Holders;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.presence.Presence;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Keeps the account's meta published and its device announced, while there is a network to do it in. */
final class Announcement {
    /**
     * Meta that fewer than five holders could take is put again: the network is young, and those who join it push the holders out of the five
     * nearest, or it is small. First after this, then doubling.
     */
    private static final Duration YOUNG_NETWORK = Duration.ofSeconds(15);
    private static final Duration SMALL_NETWORK = Duration.ofMinutes(10);

    private final Core core;
    private Optional<MetaDirectory> directory = Optional.empty();
    private Optional<Presence> presence = Optional.empty();
    private Registration bound = () -> { };
    private Registration next = () -> { };
    private int failures;
    private int publishedSmall;
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
        MetaDirectory by = directory.get();
        learnDevices(by).thenCompose(x -> core.patiently(() -> by.publish(core.account))).whenComplete((published, failure) -> {
            publishing = false;
            Duration wait;
            if (failure != null || published.stored() == 0) {
                String why = failure != null ? Stages.sentence(failure) : published.reason();
                state = "not published: " + why;
                wait = backOff();
            } else {
                failures = 0;
                state = "published at " + published.stored() + " of " + published.holders();
                wait = published.holders() < Holders.COUNT ? whileSmall() : core.settings.publishPeriod();
            }
            if (!closed) {
                next = core.environment.loop().schedule(again ? Duration.ZERO : wait, this::publish);
                again = false;
            }
        });
    }

    /**
     * Another device of the account may have published a newer device list: what this one publishes must not go back behind it. Completes
     * in any case.
     */
    private CompletionStage<Void> learnDevices(MetaDirectory by) {
        if (core.network().keySpace().isEmpty()) {
            return Stages.done();
        }
        return core.patiently(() -> by.fetch(core.uid())).thenCompose(meta -> meta.isEmpty()
                ? Stages.done(false)
                : core.account.adopt(meta.get().devices())).handle((news, failure) -> {
                    if (failure != null) {
                        core.counts.add("own_meta_not_read");
                    }
                    return null;
                });
    }

    private Duration whileSmall() {
        Duration doubled = YOUNG_NETWORK.multipliedBy(1L << Math.min(publishedSmall++, 16));
        return doubled.compareTo(SMALL_NETWORK) < 0 ? doubled : SMALL_NETWORK;
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
