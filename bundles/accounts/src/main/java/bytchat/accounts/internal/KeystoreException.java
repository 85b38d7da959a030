package bytchat.accounts.internal;

import java.io.IOException;

/**
 * Why a keystore file cannot be opened; the message is one sentence that says what to do. The file is left as it is.
 */
public final class KeystoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public KeystoreException(String message) {
        super(message);
    }
}
