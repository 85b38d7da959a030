package bytchat.api.ui;

import org.osgi.annotation.versioning.ConsumerType;

/** Where the page to chat in is served. One service while it is. May be called from any thread. */
@ConsumerType
public interface PageAddress {
    /**
     * The address to open in a browser on this machine. It contains the launch token: whoever has it may act for every account of this
     * node, so it is shown to the owner and never logged.
     */
    String address();
}
