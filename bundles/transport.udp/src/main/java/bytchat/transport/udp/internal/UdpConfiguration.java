package bytchat.transport.udp.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Factory configuration {@code bytchat.transport.udp~NAME}, derived from the key space's. */
@ObjectClassDefinition(name = "BytChat UDP transport", description = "Datagrams of a key space")
public @interface UdpConfiguration {
    @AttributeDefinition(name = "Largest datagram taken", min = "512",
            description = "Bytes; longer ones are dropped. Other programs' may be longer than those we send")
    int received_bytes_max() default 2_048;

    @AttributeDefinition(name = "Send queue", min = "2048",
            description = "Bytes that may wait to be sent, asked of the system for its queue; what comes on top is dropped")
    int send_queue_bytes_max() default 262_144;
}
