package bytchat.ui.web.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.ui.web}. A double underscore stands for one in the property (DS 1.4, 112.8.2.1). */
@ObjectClassDefinition(name = "BytChat page", description = "The page to chat in, on loopback.")
@interface WebConfiguration {
    @AttributeDefinition(description = "Loopback address and port; port 0 chooses one and keeps it in the data directory.")
    String listen() default "127.0.0.1:0";

    @AttributeDefinition(description = "Connections at once; one more is closed.", min = "4", max = "1024")
    int connections__max() default 64;

    @AttributeDefinition(description = "Event streams at once, one per open page; one more gets 429.", min = "1", max = "256")
    int streams__max() default 16;

    @AttributeDefinition(description = "Requests that change something, per second; more get 429.", min = "1", max = "10000")
    int changes__per__second__max() default 100;

    @AttributeDefinition(description = "Requests without a session, per second; more get 429.", min = "1", max = "10000")
    int strangers__per__second__max() default 50;
}
