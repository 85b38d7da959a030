package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final byte[] key = new byte[Sessions.KEY_BYTES];
    private final Sessions sessions = new Sessions(key, new SecureRandom(), millis::get);

    @Test
    void theTokenHas256BitsAndIsNewAtEachStart() {
        assertThat(Base64.getUrlDecoder().decode(sessions.token())).hasSize(32);
        assertThat(sessions.isToken(sessions.token())).isTrue();
        assertThat(sessions.isToken(sessions.token() + "x")).isFalse();
        assertThat(sessions.isToken("")).isFalse();
        assertThat(new Sessions(key, new SecureRandom(), millis::get).isToken(sessions.token())).isFalse();
    }

    @Test
    void aCookieHoldsOverARestartButNotUnderAnotherKey() {
        String cookie = sessions.issue();
        assertThat(cookie).isNotEqualTo(sessions.issue());
        assertThat(new Sessions(key, new SecureRandom(), millis::get).isValid(cookie)).isTrue();
        byte[] other = key.clone();
        other[0] = 1;
        assertThat(new Sessions(other, new SecureRandom(), millis::get).isValid(cookie)).isFalse();
    }

    @Test
    void noBitOfACookieCanBeChanged() {
        String cookie = sessions.issue();
        for (int i = 0; i < cookie.length(); i++) {
            char changed = cookie.charAt(i) == 'A' ? 'B' : 'A';
            String forged = cookie.substring(0, i) + changed + cookie.substring(i + 1);
            // the last character of 32 bytes in Base64 has two bits that mean nothing
            boolean meansTheSame = i == cookie.length() - 1
                    && java.util.Arrays.equals(signature(forged), signature(cookie));
            assertThat(sessions.isValid(forged)).as(forged).isEqualTo(meansTheSame);
        }
        for (String nonsense : new String[] {"", ".", "a", "a.b", "%.%", cookie.replace('.', 'x'), "x".repeat(4_000)}) {
            assertThat(sessions.isValid(nonsense)).as(nonsense).isFalse();
        }
    }

    private static byte[] signature(String cookie) {
        return Base64.getUrlDecoder().decode(cookie.substring(cookie.indexOf('.') + 1));
    }

    @Test
    void aCookieEnds() {
        String cookie = sessions.issue();
        millis.addAndGet(Sessions.LIFETIME.toMillis() - 1);
        assertThat(sessions.isValid(cookie)).isTrue();
        millis.incrementAndGet();
        assertThat(sessions.isValid(cookie)).isFalse();
    }
}
