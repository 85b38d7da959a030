package bytchat.runtime.internal;

import java.util.Map;

/**
 * Netty's defaults are for servers: arenas by the number of cores, chunks of 4 MiB, caches per thread. This node has
 * one loop and small messages. Netty reads these system properties when its classes are first used, so they are set
 * before; one that was set on the command line stays.
 */
final class NettyDefaults {
    private static final Map<String, String> SMALL_NODE = Map.of(
            "io.netty.allocator.type", "pooled",
            "io.netty.allocator.numHeapArenas", "1",
            "io.netty.allocator.numDirectArenas", "1",
            "io.netty.allocator.maxOrder", "3", // chunks of 8 KiB << 3 = 64 KiB; what is larger is not pooled
            "io.netty.allocator.useCacheForAllThreads", "false",
            "io.netty.leakDetection.level", "disabled",
            "io.netty.jfr.enabled", "false");

    private NettyDefaults() {
    }

    static void apply() {
        SMALL_NODE.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
