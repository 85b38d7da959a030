package bytchat.itests.broken.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.itests.broken}. */
@ObjectClassDefinition(name = "BytChat: a node that misbehaves")
public @interface BrokenConfiguration {
    @AttributeDefinition(description = "drop, duplicate, ack-before-disk or forge-receipt.")
    String mode();

    @AttributeDefinition(description = "The node is honest until this file exists.")
    String armed_by();
}
