package bytchat.rpc.internal;

import java.time.Duration;

/**
 * Every bound of the RPC part.
 *
 * @param queryTimeout            how long a datagram query waits for its answer
 * @param queriesMax              datagram queries under way
 * @param requestsPerSecond       unsolicited requests by datagram that are served in a second, from everybody together
 * @param sourceRequestsPerSecond the same from one source: an IPv4 address, or an IPv6 /64
 * @param sourcesMax              sources whose requests are counted apart
 * @param errorsPerSecond         queries by datagram that are answered with an error in a second, from everybody together
 * @param amplificationMax        answer bytes for each request byte to an address that has not proven itself
 * @param proofTime               for how long an answer of theirs proves an address
 * @param provenMax               addresses remembered as proven
 * @param proofsMax               pings under way to askers whose answer is too large for an unproven address
 * @param linksMax                open links
 * @param callsMax                unanswered calls on a link, in each direction
 * @param callsWaitingMax         calls that wait for their turn on a link
 * @param keepAliveAfter          silence after which a link that something hangs on is probed
 * @param keepAliveMissesMax      probes in a row without an answer that make a link dead
 * @param idleClose               silence after which a link that nothing hangs on closes
 */
public record RpcSettings(
        Duration queryTimeout,
        int queriesMax,
        int requestsPerSecond,
        int sourceRequestsPerSecond,
        int sourcesMax,
        int errorsPerSecond,
        int amplificationMax,
        Duration proofTime,
        int provenMax,
        int proofsMax,
        int linksMax,
        int callsMax,
        int callsWaitingMax,
        Duration keepAliveAfter,
        int keepAliveMissesMax,
        Duration idleClose) {

    static final int QUERY_TIMEOUT_MS = 1_500;
    static final int QUERIES_MAX = 1_024;
    static final int REQUESTS_PER_SECOND = 200_000;
    static final int SOURCE_REQUESTS_PER_SECOND = 200;
    static final int SOURCES_MAX = 4_096;
    static final int ERRORS_PER_SECOND = 200;
    static final int AMPLIFICATION_MAX = 4;
    static final int PROOF_TIME_S = 600;
    static final int PROVEN_MAX = 4_096;
    static final int PROOFS_MAX = 64;
    static final int LINKS_MAX = 512;
    static final int CALLS_MAX = 64;
    static final int CALLS_WAITING_MAX = 256;
    static final int KEEP_ALIVE_AFTER_S = 60;
    static final int KEEP_ALIVE_MISSES_MAX = 2;
    static final int IDLE_CLOSE_S = 300;

    public static final RpcSettings DEFAULTS = new RpcSettings(
            Duration.ofMillis(QUERY_TIMEOUT_MS),
            QUERIES_MAX,
            REQUESTS_PER_SECOND,
            SOURCE_REQUESTS_PER_SECOND,
            SOURCES_MAX,
            ERRORS_PER_SECOND,
            AMPLIFICATION_MAX,
            Duration.ofSeconds(PROOF_TIME_S),
            PROVEN_MAX,
            PROOFS_MAX,
            LINKS_MAX,
            CALLS_MAX,
            CALLS_WAITING_MAX,
            Duration.ofSeconds(KEEP_ALIVE_AFTER_S),
            KEEP_ALIVE_MISSES_MAX,
            Duration.ofSeconds(IDLE_CLOSE_S));

    public RpcSettings {
        requirePositive(queriesMax, requestsPerSecond, sourceRequestsPerSecond, sourcesMax, errorsPerSecond,
                amplificationMax, provenMax, proofsMax, linksMax, callsMax, callsWaitingMax, keepAliveMissesMax);
        requirePositive(queryTimeout.toMillis(), proofTime.toMillis(), keepAliveAfter.toMillis(), idleClose.toMillis());
    }

    /** The same with other limits on requests by datagram. */
    public RpcSettings withRequests(int perSecond, int sourcePerSecond) {
        return new RpcSettings(queryTimeout, queriesMax, perSecond, sourcePerSecond, sourcesMax, errorsPerSecond,
                amplificationMax, proofTime, provenMax, proofsMax, linksMax, callsMax, callsWaitingMax, keepAliveAfter,
                keepAliveMissesMax, idleClose);
    }

    private static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException("every bound of bytchat.rpc must be above 0, one is " + value);
            }
        }
    }
}
