package bytchat.plane.direct.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SiblingProofTest {
    private static final int BYTES_MAX = 8_192;

    /** As {@code docs/vectors/records.json} has it. */
    private static BDict published() throws IOException {
        String file = Files.readString(Path.of("..", "..", "docs", "vectors", "records.json"));
        Matcher record = Pattern.compile("\"sibling-proof\" : \\{.*?\"record\" : \"([0-9a-f]+)\"", Pattern.DOTALL).matcher(file);
        assertThat(record.find()).isTrue();
        return Bencode.decodeDict(HexFormat.of().parseHex(record.group(1)), BYTES_MAX);
    }

    @Test
    void thePublishedProofIsRead() throws IOException {
        SiblingProof proof = new SiblingProof(published());
        assertThat(proof.reply()).isPresent();
        assertThat(proof.from()).isNotEqualTo(proof.to());
        assertThat(SignatureCheck.BOUNCY_CASTLE.ed25519(proof.credentials().certificate().deviceKey(),
                Signed.message(Tag.SIBLING, proof.dict()), proof.sig())).isTrue();
        assertThat(SignatureCheck.BOUNCY_CASTLE.ed25519(proof.credentials().certificate().deviceKey(),
                Signed.message(Tag.BIND, proof.dict()), proof.sig())).as("as a binding").isFalse();
    }

    @Test
    void aProofWithoutAFieldOrWithOneOfAnotherLengthIsNone() throws IOException {
        BDict proof = published();
        for (String field : List.of("cert", "devices", "from", "key", "nonce", "target", "to", "ts", "sig")) {
            assertThatExceptionOfType(BencodeException.class).as(field).isThrownBy(() -> new SiblingProof(proof.without(field)));
        }
        for (String field : List.of("from", "nonce", "reply", "to", "sig")) {
            assertThatExceptionOfType(BencodeException.class).as(field)
                    .isThrownBy(() -> new SiblingProof(proof.with().put(field, new byte[31]).build()));
        }
    }
}
