package bytchat.accounts.internal;

import java.time.Duration;

/**
 * The keystore's figures.
 *
 * @param rsaBits           of new account keys, 2048 to 4096
 * @param certificateTerm   how long a device certificate holds; it is renewed when a quarter of that is left
 * @param prekeyRotation    prekeys older than this are followed by new ones
 * @param prekeyTerm how long others may use prekeys after they were made: a rotation and a meta record's life, so that
 *                   no record that is still served names expired ones
 * @param prekeyGrace how long a private is kept after its term: the longest time to live of a message, and ten minutes
 * @param checkPeriod       how often age is looked at
 * @param argon2MemoryKib   memory that a guess at the passphrase costs, in KiB (RFC 9106)
 * @param argon2Passes      times that memory is filled
 */
public record AccountSettings(int rsaBits, Duration certificateTerm, Duration prekeyRotation, Duration prekeyTerm,
        Duration prekeyGrace, Duration checkPeriod, int argon2MemoryKib, int argon2Passes) {
    public static final AccountSettings DEFAULTS = new AccountSettings(3072, Duration.ofDays(365), Duration.ofDays(7),
            Duration.ofDays(14), Duration.ofDays(7).plusMinutes(10), Duration.ofHours(1), 19 * 1024, 2);

    public AccountSettings {
        if (rsaBits < 2048 || rsaBits > 4096 || rsaBits % 256 != 0) {
            throw new IllegalArgumentException("an account key has 2048 to 4096 bits, not " + rsaBits);
        }
        if (prekeyTerm.compareTo(prekeyRotation) < 0) {
            throw new IllegalArgumentException("prekeys of " + prekeyTerm + " would end before they are rotated, after "
                    + prekeyRotation);
        }
    }

    /** For tests and the simulation, where making keys must be quick. */
    public AccountSettings withRsaBits(int bits) {
        return new AccountSettings(bits, certificateTerm, prekeyRotation, prekeyTerm, prekeyGrace, checkPeriod,
                argon2MemoryKib,
                argon2Passes);
    }

    public AccountSettings withArgon2(int memoryKib, int passes) {
        return new AccountSettings(rsaBits, certificateTerm, prekeyRotation, prekeyTerm, prekeyGrace, checkPeriod,
                memoryKib, passes);
    }
}
