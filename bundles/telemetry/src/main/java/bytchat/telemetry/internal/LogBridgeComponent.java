package bytchat.telemetry.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the container itself logs (a component that could not start, say) into the node's log, and what it has logged
 * before. Ours, because Felix's bundle for it does not get along with this version of Logback: every entry is lost in a
 * NullPointerException.
 */
@Component(service = LogBridgeComponent.class, immediate = true)
public final class LogBridgeComponent implements LogListener {
    private final LogReaderService reader;

    @Activate
    public LogBridgeComponent(@Reference LogReaderService reader) {
        this.reader = reader;
        List<LogEntry> earlier = new ArrayList<>(Collections.list(reader.getLog()));
        Collections.reverse(earlier); // it gives the newest first
        earlier.forEach(this::logged);
        reader.addLogListener(this);
    }

    @Deactivate
    void deactivate() {
        reader.removeLogListener(this);
    }

    @Override
    public void logged(LogEntry entry) {
        Logger logger = LoggerFactory.getLogger(entry.getLoggerName());
        switch (entry.getLogLevel()) {
            case AUDIT, ERROR -> logger.error(entry.getMessage(), entry.getException());
            case WARN -> logger.warn(entry.getMessage(), entry.getException());
            case INFO -> logger.info(entry.getMessage(), entry.getException());
            case DEBUG -> logger.debug(entry.getMessage(), entry.getException());
            default -> logger.trace(entry.getMessage(), entry.getException());
        }
    }
}
