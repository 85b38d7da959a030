package bytchat.itests.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();
    private final Ledger.Shown first = new Ledger.Shown("text/plain", Ledger.digest(new byte[] {1}));
    private final Ledger.Shown second = new Ledger.Shown("text/plain", Ledger.digest(new byte[] {2}));

    @BeforeEach
    void twoMessagesToBob() {
        ledger.sent("bob", "first", "text/plain", new byte[] {1});
        ledger.sent("bob", "second", "text/plain", new byte[] {2});
        ledger.sent("alice", "other", "text/plain", new byte[] {3});
    }

    @Test
    void goodWhenEachIsShownOnce() {
        assertThat(ledger.judge("bob", List.of(second, first)).good()).isTrue();
    }

    @Test
    void seesWhatIsLost() {
        Ledger.Verdict verdict = ledger.judge("bob", List.of(first));
        assertThat(verdict.good()).isFalse();
        assertThat(verdict.lost()).extracting(Ledger.Sent::what).containsExactly("second");
    }

    @Test
    void seesWhatIsShownTwice() {
        Ledger.Verdict verdict = ledger.judge("bob", List.of(first, second, first));
        assertThat(verdict.good()).isFalse();
        assertThat(verdict.twice()).extracting(Ledger.Sent::what).containsExactly("first");
    }

    @Test
    void seesWhatNobodySentAndChangedBytesAndTypes() {
        Ledger.Shown changed = new Ledger.Shown("text/plain", Ledger.digest(new byte[] {1, 0}));
        Ledger.Shown retyped = new Ledger.Shown("image/jpeg", second.digest());
        Ledger.Verdict verdict = ledger.judge("bob", List.of(changed, retyped));
        assertThat(verdict.lost()).hasSize(2);
        assertThat(verdict.strange()).containsExactly(changed, retyped);
    }
}
