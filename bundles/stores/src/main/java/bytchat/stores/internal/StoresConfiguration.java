package bytchat.stores.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "BytChat stores", description = "Which store keeps what. A change moves all records while the node serves.")
@interface StoresConfiguration {
    @AttributeDefinition(name = "Tracker", description = "Keeps where others' devices are: xodus (disk) or memory")
    String tracker() default "xodus";

    @AttributeDefinition(name = "Mailbox", description = "Keeps mail that waits for others: xodus (disk) or memory")
    String mailbox() default "xodus";

    @AttributeDefinition(name = "Meta", description = "Keeps others' signed meta: xodus (disk) or memory")
    String meta() default "xodus";

    @AttributeDefinition(name = "Chat", description = "Keeps contacts and conversations of this node's accounts: xodus (disk) or memory")
    String chat() default "xodus";

    @AttributeDefinition(name = "Patience", description = "Longest that a call waits for a store that is not there, s", min = "1")
    int patience_seconds() default 15;
}
