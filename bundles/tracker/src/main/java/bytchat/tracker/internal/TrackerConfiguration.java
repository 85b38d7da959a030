package bytchat.tracker.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.tracker~NAME}. */
@ObjectClassDefinition(name = "BytChat tracker", description = "Lists where users' devices are, in one key space.")
public @interface TrackerConfiguration {
    @AttributeDefinition(name = "Bindings", description = "Bindings listed at once; some 4 KiB each. At least 1.")
    int bindings_max() default TrackerSettings.BINDINGS_MAX_DEFAULT;
}
