package bytchat.tracker.testing;

import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.holder.Challenges;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Peer;
import bytchat.api.rpc.RpcEndpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@link Challenges} by the letter of its contract, without bounds. */
public final class TestChallenges implements Challenges {
    private final Environment environment;
    private final Map<BBytes, Given> given = new HashMap<>();

    private record Given(Peer peer, Key target, long atMillis) {
    }

    TestChallenges(Environment environment, RpcEndpoint endpoint) {
        this.environment = environment;
        endpoint.handle("challenge", Carrier.LINK, request -> {
            byte[] nonce = new byte[NONCE_BYTES];
            environment.random().nextBytes(nonce);
            Key target = Key.of(request.arguments().requireBytes("target"));
            given.put(BBytes.wrap(nonce), new Given(request.link(), target, environment.clock().millis()));
            return CompletableFuture.completedFuture(BDict.builder().put("nonce", nonce).build());
        });
    }

    @Override
    public boolean redeem(Peer peer, Key target, byte[] nonce) {
        Given entry = given.remove(BBytes.of(nonce));
        return entry != null && entry.peer == peer && entry.target.equals(target)
                && environment.clock().millis() - entry.atMillis <= NONCE_SECONDS * 1000L;
    }
}
