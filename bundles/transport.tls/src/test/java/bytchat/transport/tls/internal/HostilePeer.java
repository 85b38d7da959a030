package bytchat.transport.tls.internal;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that keeps no rules, on the JDK's plain sockets. */
final class HostilePeer implements Closeable {
    private static final int SOCKET_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;

    private HostilePeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
    }

    /** Connects and says nothing. */
    static HostilePeer silent(InetSocketAddress to) throws IOException {
        return new HostilePeer(new Socket(to.getAddress(), to.getPort()));
    }

    /** Speaks TLS with this key and certificate, or with none. */
    static HostilePeer tls(InetSocketAddress to, KeyStore.PrivateKeyEntry entry, String protocol)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(entry == null ? new KeyManager[0] : keyManagers(entry), new TrustManager[] {new TrustsAll()},
                null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(to.getAddress(), to.getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        return new HostilePeer(socket);
    }

    private static KeyManager[] keyManagers(KeyStore.PrivateKeyEntry entry)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("node", entry.getPrivateKey(), new char[0], entry.getCertificateChain());
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /** The same key with a certificate whose last signature byte is another. */
    static KeyStore.PrivateKeyEntry forged(KeyStore.PrivateKeyEntry entry) throws GeneralSecurityException {
        byte[] der = entry.getCertificate().getEncoded();
        der[der.length - 1] ^= 1;
        Certificate forged = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        return new KeyStore.PrivateKeyEntry(entry.getPrivateKey(), new Certificate[] {forged});
    }

    /** Says what a client says in a handshake; with TLS 1.3 the other end may refuse it only after that. */
    void shakeHands() throws IOException {
        ((SSLSocket) socket).startHandshake();
    }

    /** The same, when the other end may refuse in the middle of it. */
    void tryToShakeHands() {
        try {
            shakeHands();
        } catch (IOException cut) {
            return; // that is one way of being refused
        }
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Announces a frame of this length, without its bytes. */
    void announce(int frameBytes) throws IOException {
        new DataOutputStream(socket.getOutputStream()).writeInt(frameBytes);
        socket.getOutputStream().flush();
    }

    /** Waits until the other end has closed, whatever else it says before. */
    void awaitClosed() throws IOException {
        byte[] sink = new byte[4_096];
        try {
            while (socket.getInputStream().read(sink) >= 0) {
                continue; // not interesting what it says
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("still open", e);
        } catch (IOException reset) {
            return; // cut is closed too
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
