package bytchat.transport.tls.internal;

import bytchat.wire.crypto.Ed25519;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 between nodes: both ends show the self-signed certificate of their node key, and the only question is which
 * key the other end has proven.
 *
 * <p>Threat: a session may be resumed, and then no {@link TrustManager} is asked: a check made there alone would let a
 * node that was once dialled at an address pass for any other node said to be at the same address. Answer: the trust
 * manager only sees to it that a certificate is well-formed; whose it is, {@link #peerKey} reads from the session after
 * every handshake.
 */
final class NodeTls {
    /** DER of an Ed25519 SubjectPublicKeyInfo up to the key itself (RFC 8410 §4). */
    private static final byte[] SPKI_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] CIPHER_SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256"};

    private final SSLContext context;
    /** Weak, because a handshake that ends while a worker still looks at its certificate is never asked about. */
    private final Set<SSLEngine> certificateSeen =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    NodeTls(KeyStore.PrivateKeyEntry node, int sessionsMax, Duration sessionTimeout) {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new NodeKeyManager(node)}, new TrustManager[] {new WellFormed()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS 1.3; use a complete one", e);
        }
        bound(context.getClientSessionContext(), sessionsMax, sessionTimeout);
        bound(context.getServerSessionContext(), sessionsMax, sessionTimeout);
    }

    private static void bound(SSLSessionContext sessions, int sessionsMax, Duration timeout) {
        sessions.setSessionCacheSize(sessionsMax);
        sessions.setSessionTimeout(Math.toIntExact(timeout.toSeconds()));
    }

    SSLEngine client(InetSocketAddress peer) {
        SSLEngine engine = context.createSSLEngine(peer.getAddress().getHostAddress(), peer.getPort());
        engine.setUseClientMode(true);
        engine.setSSLParameters(new SSLParameters(CIPHER_SUITES, PROTOCOLS));
        return engine;
    }

    SSLEngine server() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = new SSLParameters(CIPHER_SUITES, PROTOCOLS);
        parameters.setNeedClientAuth(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** The node key that the other end of a finished handshake has proven; empty if it showed no certificate of one. */
    static Optional<byte[]> peerKey(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 1 ? nodeKey(chain[0]) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Whether this engine's handshake was a resumption: no certificate was shown in it. To be asked once, after it. */
    boolean resumed(SSLEngine engine) {
        return !certificateSeen.remove(engine);
    }

    int remembered() {
        return certificateSeen.size();
    }

    private static Optional<byte[]> nodeKey(Certificate certificate) {
        byte[] spki = certificate.getPublicKey().getEncoded();
        boolean ed25519 = spki != null && spki.length == SPKI_PREFIX.length + Ed25519.PUBLIC_KEY_BYTES
                && Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length);
        return ed25519 ? Optional.of(Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length)) : Optional.empty();
    }

    /** One certificate, of an Ed25519 key, signed by that key. Runs on a worker, only in full handshakes. */
    private final class WellFormed extends X509ExtendedTrustManager {
        private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
            if (chain == null || chain.length != 1) {
                throw new CertificateException("a node shows exactly one certificate");
            }
            byte[] key = nodeKey(chain[0]).orElseThrow(() -> new CertificateException("a node's key is Ed25519"));
            if (!Ed25519.verify(key, chain[0].getTBSCertificate(), chain[0].getSignature())) {
                throw new CertificateException("the certificate is not signed by its own key");
            }
            certificateSeen.add(engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("links use engines");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("links use engines");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("links use engines");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("links use engines");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Shows the one key there is, whoever asks. */
    private static final class NodeKeyManager extends X509ExtendedKeyManager {
        private static final String ALIAS = "node";
        private static final String KEY_TYPE = "EdDSA";

        private final PrivateKey key;
        private final X509Certificate[] chain;

        NodeKeyManager(KeyStore.PrivateKeyEntry node) {
            key = node.getPrivateKey();
            chain = new X509Certificate[] {(X509Certificate) node.getCertificate()};
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return Arrays.asList(keyTypes).contains(KEY_TYPE) ? ALIAS : null;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return KEY_TYPE.equals(keyType) ? ALIAS : null;
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null; // links use engines
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null; // links use engines
        }
    }
}
