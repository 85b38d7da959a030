package bytchat.plane.direct.internal;

import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.presence.Presence;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.time.Duration;
import java.util.Set;

/** What all parts of the plane are made of. */
record Parts(Environment environment, LocalNode node, RpcEndpoint rpc, Presence presence, Challenges challenges,
        Verifier verifier, SignatureCheck check, DirectPlaneSettings settings, Set<Defence> defences) {
    KeySpace keySpace() {
        return node.keySpace();
    }

    boolean defends(Defence defence) {
        return defences.contains(defence);
    }

    long nanos() {
        return environment.clock().nanoTime();
    }

    /** Between half and one and a half times as long, so that many do not come at once. */
    Duration jittered(Duration nominal) {
        return Duration.ofNanos((long) (nominal.toNanos() * (0.5 + environment.random().nextDouble())));
    }

    /** The nominal wait after so many failures: doubling up to the longest. */
    static Duration doubled(Duration first, int times, Duration longest) {
        return Duration.ofNanos(Math.min(first.toNanos() << Math.min(times, 16), longest.toNanos()));
    }
}
