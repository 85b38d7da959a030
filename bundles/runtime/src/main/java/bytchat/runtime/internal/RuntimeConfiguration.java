package bytchat.runtime.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.runtime}. */
@ObjectClassDefinition(name = "BytChat runtime", description = "Threads of the node")
public @interface RuntimeConfiguration {
    @AttributeDefinition(name = "Worker threads", min = "0",
            description = "Threads for RSA, ML-KEM and files; 0 for as many as there are processors, at least 2")
    int worker_threads() default 0;

    @AttributeDefinition(name = "Worker queue", min = "1",
            description = "Tasks that may wait for a worker; what comes on top is refused")
    int worker_queue_tasks_max() default 4_096;
}
