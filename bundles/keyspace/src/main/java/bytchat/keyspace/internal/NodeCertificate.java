package bytchat.keyspace.internal;

import bytchat.wire.crypto.Ed25519;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;

/**
 * The self-signed X.509 certificate that carries a node key through TLS (RFC 5280, RFC 8410). Nothing in it but the key
 * means anything: the peer checks the key against the node id that it dialled. It is the same every time, so it tells
 * nobody when or where it was made.
 */
final class NodeCertificate {
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
    private static final ASN1ObjectIdentifier COMMON_NAME = new ASN1ObjectIdentifier("2.5.4.3");
    private static final int VERSION_3 = 2;

    private NodeCertificate() {
    }

    /** Key and certificate in the JDK's types. */
    static KeyStore.PrivateKeyEntry entry(byte[] privateKey, byte[] publicKey) {
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, privateKey));
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encode(privateKey, publicKey)));
            return new KeyStore.PrivateKeyEntry(key, new Certificate[] {certificate});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no Ed25519 certificates; use a complete one", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // encoding to memory
        }
    }

    private static byte[] encode(byte[] privateKey, byte[] publicKey) throws IOException {
        DERSequence algorithm = sequence(ED25519);
        DERSequence name = sequence(new DERSet(sequence(COMMON_NAME, new DERUTF8String("BytChat node"))));
        DERSequence validity = sequence(new ASN1UTCTime("000101000000Z"), new ASN1GeneralizedTime("99991231235959Z"));
        DERSequence content = sequence(new DERTaggedObject(true, 0, new ASN1Integer(VERSION_3)), new ASN1Integer(1),
                algorithm, name, validity, name, sequence(algorithm, new DERBitString(publicKey)));
        byte[] signature = Ed25519.sign(privateKey, content.getEncoded(ASN1Encoding.DER));
        return sequence(content, algorithm, new DERBitString(signature)).getEncoded(ASN1Encoding.DER);
    }

    private static DERSequence sequence(ASN1Primitive... parts) {
        ASN1EncodableVector elements = new ASN1EncodableVector(parts.length);
        for (ASN1Primitive part : parts) {
            elements.add(part);
        }
        return new DERSequence(elements);
    }
}
