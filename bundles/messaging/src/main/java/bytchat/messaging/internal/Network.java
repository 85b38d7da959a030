package bytchat.messaging.internal;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.plane.Planes;
import bytchat.api.presence.Presence;
import java.util.Optional;

/** What of the network is there now, as configuration chose it. Any of it may be absent for a while. */
public record Network(Optional<KeySpace> keySpace, Optional<Planes> planes, Optional<MetaDirectory> meta,
        Optional<Presence> presence) {
    public static final Network NONE = new Network(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
