package bytchat.planes.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.planes}. */
@ObjectClassDefinition(name = "BytChat delivery planes")
public @interface PlanesConfiguration {
    @AttributeDefinition(description = "Name of the delivery plane that sends")
    String active() default "mailbox";

    @AttributeDefinition(description = "Which planes receive: 'all' that are installed, or only the 'active' one")
    String receive() default "all";

    @AttributeDefinition(description = "Seconds in which a plane must become ready before it is made the active one")
    int ready_seconds() default 20;

    @AttributeDefinition(description = "Seconds in which the earlier plane may finish what it is sending")
    int drain_seconds() default 30;
}
