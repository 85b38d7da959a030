package bytchat.planes.internal;

import java.time.Duration;

/**
 * What configuration says.
 *
 * @param active     name of the plane that sends
 * @param receiveAll whether every installed plane receives, or the active one alone
 * @param ready      a plane must become ready within this before it is made the active one
 * @param drain      the earlier plane may finish what it is sending within this
 */
public record PlanesSettings(String active, boolean receiveAll, Duration ready, Duration drain) {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int NAME_CHARACTERS_MAX = 64;
    public static final PlanesSettings DEFAULTS = new PlanesSettings("mailbox", true, Duration.ofSeconds(20), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if one is out of its range */
    public PlanesSettings {
        if (active.isBlank() || active.length() > NAME_CHARACTERS_MAX) {
            throw new IllegalArgumentException("active of bytchat.planes must be the name of a plane, 1 to " + NAME_CHARACTERS_MAX
                    + " characters, it is \"" + active + "\"");
        }
        requireInRange("ready.seconds", ready);
        requireInRange("drain.seconds", drain);
    }

    /** @throws IllegalArgumentException if one is out of its range */
    static PlanesSettings of(PlanesConfiguration c) {
        if (!c.receive().equals("all") && !c.receive().equals("active")) {
            throw new IllegalArgumentException("receive of bytchat.planes must be all or active, it is \"" + c.receive() + "\"");
        }
        return new PlanesSettings(c.active().strip(), c.receive().equals("all"), Duration.ofSeconds(c.ready_seconds()),
                Duration.ofSeconds(c.drain_seconds()));
    }

    public PlanesSettings withActive(String name) {
        return new PlanesSettings(name, receiveAll, ready, drain);
    }

    public PlanesSettings withReceiveAll(boolean all) {
        return new PlanesSettings(active, all, ready, drain);
    }

    private static void requireInRange(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " of bytchat.planes must be 1 to " + LONGEST.toSeconds() + ", it is " + value.toSeconds());
        }
    }
}
