package bytchat.keyspace.internal;

import bytchat.records.AtomicFile;
import bytchat.wire.crypto.Ed25519;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node key on disk: one PEM block {@code PRIVATE KEY} (RFC 8410, RFC 5958) that holds the public key too, so that a
 * damaged file is noticed. A file that cannot be read is never replaced: the key is the node's identity.
 */
final class NodeKeyFile {
    private static final Logger LOG = LoggerFactory.getLogger(NodeKeyFile.class);
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final int FILE_BYTES_MAX = 4_096;

    private NodeKeyFile() {
    }

    /**
     * Reads the key, or makes one if there is no file.
     *
     * @throws IOException with a sentence for the operator
     */
    static NodeIdentity open(Path file, SecureRandom random) throws IOException {
        String text;
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw damaged(file, "it is longer than " + FILE_BYTES_MAX + " bytes");
            }
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException absent) {
            return create(file, random);
        } catch (CharacterCodingException e) {
            throw damaged(file, "it is not text");
        } catch (java.nio.file.AccessDeniedException e) {
            throw new IOException("The node key " + file
                    + " may not be read: run the node as the file's owner, or correct its permissions with"
                    + " chmod 600.", e);
        }
        NodeIdentity identity = parse(file, text);
        protect(file);
        return identity;
    }

    private static NodeIdentity create(Path file, SecureRandom random) throws IOException {
        NodeIdentity identity = NodeIdentity.generate(random);
        try {
            AtomicFile.write(file, format(identity).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IOException("The node key " + file + " cannot be written (" + e + "): make room or correct the"
                    + " permissions of its directory.", e);
        }
        return identity;
    }

    static String format(NodeIdentity identity) throws IOException {
        PrivateKeyInfo info = new PrivateKeyInfo(new AlgorithmIdentifier(ED25519),
                new DEROctetString(identity.privateKey()), null, identity.publicKey());
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(info.getEncoded("DER"));
        return BEGIN + '\n' + body + '\n' + END + '\n';
    }

    private static NodeIdentity parse(Path file, String text) throws IOException {
        String trimmed = text.strip();
        if (!trimmed.startsWith(BEGIN) || !trimmed.endsWith(END)) {
            throw damaged(file, "it is not one PEM block \"PRIVATE KEY\"");
        }
        try {
            String body = trimmed.substring(BEGIN.length(), trimmed.length() - END.length());
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(Base64.getDecoder().decode(body.replaceAll("\\s", "")));
            if (!info.getPrivateKeyAlgorithm().getAlgorithm().equals(ED25519) || !info.hasPublicKey()) {
                throw damaged(file, "it is not an Ed25519 key with its public key");
            }
            byte[] privateKey = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
            if (privateKey.length != Ed25519.PRIVATE_KEY_BYTES) {
                throw damaged(file, "its key has the wrong length");
            }
            NodeIdentity identity = NodeIdentity.of(privateKey);
            if (!Arrays.equals(identity.publicKey(), info.getPublicKeyData().getOctets())) {
                throw damaged(file, "its private and public key do not belong together");
            }
            return identity;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw damaged(file, "it cannot be decoded");
        }
    }

    private static IOException damaged(Path file, String why) {
        return new IOException("The node key " + file + " is damaged: " + why
                + ". Restore it from a backup, or move it away to start with a new node identity; accounts and"
                + " messages are not affected.");
    }

    private static void protect(Path file) throws IOException {
        if (!Files.getPosixFilePermissions(file).equals(AtomicFile.OWNER_ONLY)) {
            Files.setPosixFilePermissions(file, AtomicFile.OWNER_ONLY);
            LOG.warn("The node key {} could be read by others. It is for its owner only now (mode 0600); if others may"
                    + " have copied it, move it away to start with a new node identity.", file);
        }
    }
}
