package bytchat.accounts.internal;

import java.io.IOException;
import java.util.Optional;

/** Gives the operator's passphrase. May block: used on the worker pool only. */
@FunctionalInterface
public interface PassphraseSource {
    PassphraseSource NONE = Optional::empty;

    /** @return a copy that the caller wipes, or empty if none is configured */
    Optional<byte[]> read() throws IOException;
}
