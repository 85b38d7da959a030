package bytchat.api.status;

import org.osgi.annotation.versioning.ConsumerType;

/** A part that says what it is doing. Offered as a service (property {@code bytchat.part} = {@link #part()}). */
@ConsumerType
public interface StatusSource {
    String PROPERTY = "bytchat.part";

    /** The part's name, for example {@code routing.kademlia}; of a key space's parts {@code routing.kademlia~default}. */
    String part();

    /** The state now; answers at once and may be called from any thread. */
    Status status();
}
