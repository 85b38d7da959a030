package bytchat.itests.benchmarks.network;

import bytchat.api.hash.HashAlgorithm;
import bytchat.hash.sha1.internal.Sha1;
import bytchat.hash.sha512.internal.Sha512;
import bytchat.routing.kademlia.internal.KademliaSettings;
import bytchat.routing.kademlia.internal.LookupSettings;
import bytchat.routing.kademlia.internal.TableSettings;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What every measurement may choose. */
final class Shape {
    @Option(names = "--nodes", paramLabel = "N", description = "Nodes in the network (default: ${DEFAULT-VALUE}).")
    int nodes = 100;

    @Option(names = "--hash", paramLabel = "HASH", description = "sha-1 or sha-512 (default: ${DEFAULT-VALUE}).")
    String hash = "sha-1";

    @Option(names = "--loops", paramLabel = "N", description = "Event loops that the nodes share (default: ${DEFAULT-VALUE}).")
    int loops = 1;

    @Option(names = "--settle", paramLabel = "SECONDS", description = "Time for the nodes to get to know each other (default: ${DEFAULT-VALUE}).")
    int settleSeconds = 10;

    @Option(names = "--seed", paramLabel = "N", description = "Of the choice of keys, readers and victims (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(names = "--widening", paramLabel = "N",
            description = "bucket.widening: how much more than k the farthest bucket holds (default: ${DEFAULT-VALUE}).")
    int widening = TableSettings.DEFAULTS.widening();

    @Option(names = "--paths", paramLabel = "N", description = "Disjoint paths of a lookup (default: ${DEFAULT-VALUE}).")
    int paths = LookupSettings.DEFAULTS.paths();

    @Option(names = "--alpha", paramLabel = "N",
            description = "Queries of a lookup that are waited for at a time (default: ${DEFAULT-VALUE}).")
    int alpha = LookupSettings.DEFAULTS.alpha();

    KademliaSettings settings() {
        TableSettings table = TableSettings.DEFAULTS;
        return KademliaSettings.DEFAULTS.withTable(table.withBuckets(table.bucketSize(), widening, table.replacements()))
                .withPaths(paths).withAlpha(alpha);
    }

    HashAlgorithm algorithm() {
        return Stream.of(new Sha1(), new Sha512()).filter(algorithm -> algorithm.name().equals(hash)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--hash is sha-1 or sha-512, not " + hash));
    }

    Random random() {
        return new Random(seed);
    }

    LocalNetwork network() throws Exception {
        return LocalNetwork.start(this, nodes, UnaryOperator.identity());
    }

    String describe() {
        String chosen = settings().equals(KademliaSettings.DEFAULTS) ? "" : ", widening " + widening + ", paths " + paths + ", alpha " + alpha;
        return nodes + " nodes, " + hash + ", " + loops + (loops == 1 ? " loop" : " loops") + chosen;
    }
}
