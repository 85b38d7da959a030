package bytchat.transport.tls.internal;

import java.time.Duration;

/** The bounds of {@link TlsTransport}; see {@link TlsConfiguration} for what each means. */
public record TlsSettings(int linksMax, int strangersMax, int strangerBytesMax, Duration strangerTimeout, int dialsMax,
        int dialsWaitingMax, Duration connectTimeout, Duration handshakeTimeout, int writeQueueBytesMax,
        int sessionsMax, Duration sessionTimeout) {
    static TlsSettings of(TlsConfiguration configuration) {
        return new TlsSettings(configuration.links_max(), configuration.strangers_max(),
                configuration.stranger_bytes_max(), Duration.ofMillis(configuration.stranger_timeout_ms()),
                configuration.dials_max(),
                configuration.dials_waiting_max(), Duration.ofMillis(configuration.connect_timeout_ms()),
                Duration.ofMillis(configuration.handshake_timeout_ms()), configuration.write_queue_bytes_max(),
                configuration.sessions_max(), Duration.ofSeconds(configuration.session_timeout_s()));
    }
}
