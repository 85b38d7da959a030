package bytchat.keyspace.internal;

import bytchat.api.hash.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hash of a key space, which outlives the bundle that it comes from: another build of the same hash takes its place
 * while the key space runs, and in a gap between two the last one goes on.
 *
 * <p>Threat: a build that calls itself the same hash and answers otherwise moves this node, and everybody it knows, to
 * other places of the key space. Answer: it must give the same digests as the one before it, and as the last one before
 * a restart, of a few texts.
 */
final class LiveHash implements HashAlgorithm {
    /** The empty string, the FIPS 180-4 examples of one and two blocks, and parts that are joined. */
    private static final List<byte[][]> PROBES = List.of(parts(), parts("abc"),
            parts("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            parts("ab", "", "c"));

    private final String name;
    private final int bits;
    private volatile HashAlgorithm delegate;

    LiveHash(HashAlgorithm first) {
        name = first.name();
        bits = first.bits();
        delegate = first;
    }

    /** What it answers, in one line; two builds of one hash have the same. */
    static String fingerprint(HashAlgorithm hash) {
        return hash.name() + " " + hash.bits() + " " + PROBES.stream().map(hash::digest).map(HexFormat.of()::formatHex)
                .collect(Collectors.joining(" "));
    }

    /** From now on the digests are this one's. */
    void use(HashAlgorithm next) {
        delegate = next;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int bits() {
        return bits;
    }

    @Override
    public byte[] digest(byte[]... parts) {
        return delegate.digest(parts);
    }

    private static byte[][] parts(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);
    }
}
