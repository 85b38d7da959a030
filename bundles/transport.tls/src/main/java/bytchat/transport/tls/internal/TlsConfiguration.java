package bytchat.transport.tls.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Factory configuration {@code bytchat.transport.tls~NAME}, derived from the key space's. */
@ObjectClassDefinition(name = "BytChat TLS transport", description = "Links of a key space")
public @interface TlsConfiguration {
    @AttributeDefinition(name = "Links", min = "1",
            description = "Connections open at once; what comes on top is refused")
    int links_max() default 1_024;

    @AttributeDefinition(name = "Strangers", min = "1",
            description = "Inbound and not authenticated; on top of it, the host with the most of them loses one")
    int strangers_max() default 256;

    @AttributeDefinition(name = "A stranger's bytes", min = "64", description = "Bytes of frames before authentication")
    int stranger_bytes_max() default 8_192;

    @AttributeDefinition(name = "A stranger's time", min = "1",
            description = "Milliseconds from connecting to authentication")
    int stranger_timeout_ms() default 5_000;

    @AttributeDefinition(name = "Dials", min = "1", description = "Links being opened at once; further ones wait")
    int dials_max() default 32;

    @AttributeDefinition(name = "Waiting dials", min = "0", description = "What comes on top fails")
    int dials_waiting_max() default 1_024;

    @AttributeDefinition(name = "Connect timeout", min = "1", description = "Milliseconds")
    int connect_timeout_ms() default 3_000;

    @AttributeDefinition(name = "Handshake timeout", min = "1", description = "Milliseconds, of a link that we dial")
    int handshake_timeout_ms() default 5_000;

    @AttributeDefinition(name = "Write queue", min = "4096",
            description = "Bytes that may wait on a link before it closes: a reader that does not read")
    int write_queue_bytes_max() default 1_048_576;

    @AttributeDefinition(name = "TLS sessions", min = "1", description = "Sessions kept for resumption")
    int sessions_max() default 256;

    @AttributeDefinition(name = "TLS session lifetime", min = "1", description = "Seconds")
    int session_timeout_s() default 3_600;
}
