package bytchat.api.features;

import java.util.List;

/** A feature could not be installed or removed, and nothing was changed; the message is a sentence for the operator. */
public final class FeatureException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> cutOff;

    public FeatureException(String message) {
        this(message, List.of());
    }

    /** @param cutOff what a removal would have cut off, a sentence each */
    public FeatureException(String message, List<String> cutOff) {
        super(message, null, false, false);
        this.cutOff = List.copyOf(cutOff);
    }

    /** What the removal would have cut off, a sentence each; empty if that is not why. */
    public List<String> cutOff() {
        return cutOff == null ? List.of() : cutOff;
    }
}
