package bytchat.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final byte[] PLAIN = "who has acknowledged what".getBytes();

    private final Sealer sealer = new AeadSealer(new byte[AeadSealer.KEY_BYTES], new SecureRandom());

    record Note(BBytes id, byte[] text, long at) {
    }

    @Test
    void opensWhatItSealed() throws Exception {
        byte[] sealed = sealer.seal("mailbox", KEY, PLAIN);

        assertThat(sealer.open("mailbox", KEY, sealed)).isEqualTo(PLAIN);
        assertThat(sealed).hasSize(PLAIN.length + AeadSealer.OVERHEAD_BYTES);
    }

    @Test
    void sealsTheSameBytesDifferentlyEachTime() {
        assertThat(sealer.seal("mailbox", KEY, PLAIN)).isNotEqualTo(sealer.seal("mailbox", KEY, PLAIN));
    }

    @Test
    void findsEveryFlippedBit() {
        byte[] sealed = sealer.seal("mailbox", KEY, PLAIN);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = flip(sealed, bit);
            assertThatThrownBy(() -> sealer.open("mailbox", KEY, flipped)).as("bit %d", bit)
                    .isInstanceOf(SealException.class);
        }
    }

    @Test
    void findsEveryTruncation() {
        byte[] sealed = sealer.seal("mailbox", KEY, PLAIN);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> sealer.open("mailbox", KEY, cut)).as("%d bytes", length)
                    .isInstanceOf(SealException.class);
        }
    }

    @Test
    void opensNowhereButWhereItWasSealed() {
        byte[] sealed = sealer.seal("mailbox", KEY, PLAIN);
        Sealer other = new AeadSealer(new SecureRandom().generateSeed(AeadSealer.KEY_BYTES), new SecureRandom());

        assertThatThrownBy(() -> sealer.open("mailbox", new byte[] {1, 2, 4}, sealed))
                .isInstanceOf(SealException.class);
        assertThatThrownBy(() -> sealer.open("tracker", KEY, sealed)).isInstanceOf(SealException.class);
        assertThatThrownBy(() -> other.open("mailbox", KEY, sealed)).isInstanceOf(SealException.class);
    }

    @Test
    void storeNameAndKeyDoNotRunIntoEachOther() {
        byte[] sealed = sealer.seal("a", new byte[] {'b', 'c'}, PLAIN);

        assertThatThrownBy(() -> sealer.open("ab", new byte[] {'c'}, sealed)).isInstanceOf(SealException.class);
    }

    @Test
    void refusesAKeyOfAnotherLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AeadSealer(new byte[16], new SecureRandom()));
    }

    @Test
    void aRecordFindsEveryFlippedBit() {
        RecordCodec<Note> codec = codec(sealer);
        byte[] sealed = codec.encode(KEY, note());
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = flip(sealed, bit);
            assertThatThrownBy(() -> codec.decode(KEY, flipped)).as("bit %d", bit).isInstanceOf(SealException.class);
        }
    }

    /** The twin: what the seal is for. */
    @Test
    void withoutTheSealFlippedBitsAreServedSilently() {
        RecordCodec<Note> codec = codec(new Unsealed());
        byte[] sealed = codec.encode(KEY, note());
        int servedWrong = 0;
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            try {
                Note read = codec.decode(KEY, flip(sealed, bit));
                if (!Arrays.equals(read.text(), note().text()) || !read.id().equals(note().id()) || read.at() != note()
                        .at()) {
                    servedWrong++;
                }
            } catch (SealException e) {
                assertThat(e).hasMessageContaining("note");
            }
        }
        assertThat(servedWrong).as("silently wrong records").isGreaterThan(sealed.length);
    }

    private static RecordCodec<Note> codec(Sealer sealer) {
        return new RecordCodec<>(sealer, "notes", Note.class, List.of(Note.class));
    }

    private static Note note() {
        return new Note(BBytes.of("id"), PLAIN, 1_700_000_000_000L);
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    /** No seal at all. */
    private static final class Unsealed implements Sealer {
        @Override
        public byte[] seal(String store, byte[] key, byte[] plain) {
            return plain;
        }

        @Override
        public byte[] open(String store, byte[] key, byte[] sealed) {
            return sealed;
        }
    }
}
