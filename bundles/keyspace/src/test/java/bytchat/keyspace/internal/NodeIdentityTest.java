package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NodeIdentityTest {
    /** RFC 8032 §7.1, test 1. */
    private static final String PRIVATE = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final String PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    @Test
    void isTheStandardsKey() {
        assertThat(HexFormat.of().formatHex(NodeIdentity.of(HexFormat.of().parseHex(PRIVATE)).publicKey()))
                .isEqualTo(PUBLIC);
    }

    @Test
    void theCertificateCarriesTheKeySignsItselfAndIsAlwaysTheSame() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom());
        X509Certificate certificate = (X509Certificate) identity.tlsEntry().getCertificate();
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity();
        byte[] subjectPublicKeyInfo = certificate.getPublicKey().getEncoded();
        assertThat(Arrays.copyOfRange(subjectPublicKeyInfo, 12, 44)).isEqualTo(identity.publicKey());
        assertThat(NodeIdentity.of(identity.privateKey()).tlsEntry().getCertificate()).isEqualTo(certificate);
    }

    @Test
    void theJdksPrivateKeyBelongsToTheCertificate() throws Exception {
        KeyStore.PrivateKeyEntry entry = NodeIdentity.generate(new SecureRandom()).tlsEntry();
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(entry.getPrivateKey());
        signer.update(new byte[] {7});
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(entry.getCertificate());
        verifier.update(new byte[] {7});
        assertThat(verifier.verify(signature)).isTrue();
    }
}
