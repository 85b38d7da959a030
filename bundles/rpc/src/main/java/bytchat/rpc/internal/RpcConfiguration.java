package bytchat.rpc.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of the RPC part of one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat RPC", description = "Transactions, limits and links of one key space")
@interface RpcConfiguration {
    @AttributeDefinition(description = "How long a datagram query waits for its answer, in milliseconds")
    int query_timeout_ms() default RpcSettings.QUERY_TIMEOUT_MS;

    @AttributeDefinition(description = "Datagram queries under way")
    int queries_max() default RpcSettings.QUERIES_MAX;

    @AttributeDefinition(description = "Unsolicited datagram requests served in a second, from everybody together")
    int requests_per_second() default RpcSettings.REQUESTS_PER_SECOND;

    @AttributeDefinition(description = "The same from one IPv4 address or IPv6 /64")
    int source_requests_per_second() default RpcSettings.SOURCE_REQUESTS_PER_SECOND;

    @AttributeDefinition(description = "Sources whose requests are counted apart")
    int sources_max() default RpcSettings.SOURCES_MAX;

    @AttributeDefinition(description = "Queries answered with an error in a second, from everybody together")
    int errors_per_second() default RpcSettings.ERRORS_PER_SECOND;

    @AttributeDefinition(description = "Answer bytes for each request byte to an address that has not proven itself")
    int amplification_max() default RpcSettings.AMPLIFICATION_MAX;

    @AttributeDefinition(description = "For how many seconds an answer proves its address")
    int proof_time_s() default RpcSettings.PROOF_TIME_S;

    @AttributeDefinition(description = "Addresses remembered as proven")
    int proven_max() default RpcSettings.PROVEN_MAX;

    @AttributeDefinition(description = "Pings under way to askers whose answer is too large for an unproven address")
    int proofs_max() default RpcSettings.PROOFS_MAX;

    @AttributeDefinition(description = "Open links")
    int links_max() default RpcSettings.LINKS_MAX;

    @AttributeDefinition(description = "Unanswered calls on a link in each direction")
    int calls_max() default RpcSettings.CALLS_MAX;

    @AttributeDefinition(description = "Calls that wait for their turn on a link")
    int calls_waiting_max() default RpcSettings.CALLS_WAITING_MAX;

    @AttributeDefinition(description = "Seconds of silence after which a link that something hangs on is probed")
    int keep_alive_after_s() default RpcSettings.KEEP_ALIVE_AFTER_S;

    @AttributeDefinition(description = "Unanswered probes in a row that make a link dead")
    int keep_alive_misses_max() default RpcSettings.KEEP_ALIVE_MISSES_MAX;

    @AttributeDefinition(description = "Seconds after which a link that nobody uses closes")
    int idle_close_s() default RpcSettings.IDLE_CLOSE_S;
}
