package bytchat.meta.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.meta~NAME}. */
@ObjectClassDefinition(name = "BytChat meta", description = "Holds users' signed meta, in one key space.")
public @interface MetaConfiguration {
    @AttributeDefinition(name = "Records", description = "Records held on this node, at most 64 KiB each.")
    long records_max() default MetaSettings.RECORDS_MAX_DEFAULT;

    @AttributeDefinition(name = "Bytes", description = "Bytes of records held on this node.")
    long bytes_max() default MetaSettings.BYTES_MAX_DEFAULT;

    @AttributeDefinition(name = "Time to live",
            description = "Days that a record is held without being refreshed, 3 to 7.")
    int ttl_days() default MetaSettings.TTL_DAYS_DEFAULT;
}
