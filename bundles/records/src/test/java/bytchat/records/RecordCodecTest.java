package bytchat.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import bytchat.api.keyspace.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
    private static final byte[] KEY = {7};

    private final Sealer sealer = new AeadSealer(new byte[AeadSealer.KEY_BYTES], new SecureRandom());
    private final RecordCodec<Everything> codec =
            new RecordCodec<>(sealer, "test", Everything.class, List.of(Everything.class, Colour.class));

    enum Colour {
        RED,
        GREEN
    }

    record Everything(String text, byte[] bytes, BBytes value, Key key, InetSocketAddress address, Colour colour,
            boolean flag,
            int small, long large) {
    }

    record Stranger(String text) {
    }

    @Property(tries = 200)
    void whatWasEncodedComesBack(@ForAll String text, @ForAll byte[] bytes, @ForAll @NotEmpty byte[] key,
            @ForAll Colour colour,
            @ForAll boolean flag, @ForAll int small, @ForAll long large) throws Exception {
        String valid = new String(text.getBytes("UTF-8"), "UTF-8");
        Everything record = new Everything(valid, bytes, BBytes.of(bytes), Key.of(key),
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), small & 0xffff), colour,
                flag, small, large);

        assertThat(codec.decode(KEY, codec.encode(KEY, record))).usingRecursiveComparison().isEqualTo(record);
    }

    @Property(tries = 500)
    void sealedNonsenseIsAnErrorAndNeverMore(@ForAll byte[] nonsense) {
        assertThatThrownBy(() -> codec.decode(KEY, sealer.seal("test", KEY, nonsense)))
                .isInstanceOf(SealException.class);
    }

    /** Five such bytes make a bare Kryo allocate two gigabytes. */
    @Test
    void aLengthNeverReachesBehindTheRecordsEnd() {
        byte[] huge = {18, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7};

        assertThatThrownBy(() -> codec.decode(KEY, sealer.seal("test", KEY, huge)))
                .isInstanceOf(SealException.class)
                .hasRootCauseMessage("a length of 2147483647 reaches behind the record's end");
    }

    @Test
    void anIpv6AddressKeepsItsBytes() throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("2001:db8::7"), 6881);

        assertThat(codec.decode(KEY, codec.encode(KEY, with(address))).address()).isEqualTo(address);
    }

    @Test
    void aHostNameIsRefused() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("example.org", 6881);

        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(KEY, with(unresolved)));
    }

    @Test
    void aClassThatWasNotListedIsNeitherWrittenNorRead() {
        RecordCodec<Record> narrow = new RecordCodec<>(sealer, "test", Record.class, List.of(Stranger.class));
        RecordCodec<Record> wide = new RecordCodec<>(sealer, "test", Record.class,
                List.of(Stranger.class, Everything.class, Colour.class));
        Everything record = with(new InetSocketAddress(6881));

        assertThatIllegalArgumentException().isThrownBy(() -> narrow.encode(KEY, record));
        assertThatThrownBy(() -> narrow.decode(KEY, wide.encode(KEY, record))).isInstanceOf(SealException.class);
    }

    @Test
    void aRecordBeyondTheBoundIsRefused() {
        Everything large = new Everything("", new byte[RecordCodec.RECORD_BYTES_MAX], BBytes.of(""), Key.of(KEY),
                new InetSocketAddress(1), Colour.RED, true, 0, 0);

        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(KEY, large));
        assertThat(codec.encode(KEY, with(new InetSocketAddress(1)))).as("and the codec still works").isNotEmpty();
    }

    @Test
    void manyThreadsMayUseOneCodec() {
        List<CompletableFuture<Void>> all = IntStream.range(0, 8).mapToObj(thread -> CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 500; i++) {
                Everything record = with(new InetSocketAddress(thread * 1000 + i));
                try {
                    assertThat(codec.decode(KEY, codec.encode(KEY, record)).address()).isEqualTo(record.address());
                } catch (SealException e) {
                    throw new AssertionError(e);
                }
            }
        })).toList();
        assertThat(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)))
                .succeedsWithin(java.time.Duration.ofSeconds(30));
    }

    private static Everything with(InetSocketAddress address) {
        return new Everything("text", new byte[3], BBytes.of("v"), Key.of(KEY), address, Colour.GREEN, false, 1, 2);
    }
}
