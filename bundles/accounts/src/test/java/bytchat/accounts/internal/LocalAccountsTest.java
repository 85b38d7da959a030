package bytchat.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.account.Prekeys;
import bytchat.api.status.State;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.crypto.Ed25519;
import bytchat.wire.crypto.MlKem768;
import bytchat.wire.crypto.RsaPss;
import bytchat.wire.crypto.X25519;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalAccountsTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final AccountsFixture node = new AccountsFixture();

    @Test
    void aNewAccountShowsCredentialsThatEverybodyAccepts() {
        Account account = node.create("Ada");
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, node.host.environment().clock());

        assertThat(verifier.credentials(account.credentials())).isEmpty();
        assertThat(account.name()).isEqualTo("Ada");
        assertThat(account.fingerprint()).isEqualTo(Digests.sha512(account.publicKey()));
        assertThat(account.credentials().accountKey()).isEqualTo(account.publicKey());
        assertThat(account.credentials().devices().number()).isEqualTo(1);
        assertThat(account.credentials().devices().allows(account.deviceId())).isTrue();
        assertThat(account.deviceId()).isEqualTo(Digests.sha512_256(account.credentials().certificate().deviceKey()));
        assertThat(node.added).containsExactly((LocalAccount) account);
    }

    @Test
    void signsAsAccountAndAsDevice() {
        Account account = node.create("Ada");

        assertThat(RsaPss.verify(account.publicKey(), MESSAGE, node.await(account.signAsAccount(MESSAGE)))).isTrue();
        assertThat(Ed25519.verify(account.credentials().certificate().deviceKey(), MESSAGE,
                account.signAsDevice(MESSAGE))).isTrue();
    }

    @Test
    void anAccountOutlivesARestart() {
        Account before = node.create("Ada");
        node.start();

        assertThat(node.accounts.unlocked()).hasSize(1);
        Account after = node.accounts.unlocked().get(0);
        assertThat(after.name()).isEqualTo("Ada");
        assertThat(after.credentials()).isEqualTo(before.credentials());
        assertThat(after.prekeys()).isEqualTo(before.prekeys());
        assertThat(secretsOf(after, after.prekeys())).isTrue();
        assertThat(node.added).hasSize(1);
    }

    @Test
    void refusesABadName() {
        for (String name : new String[] {"", "  ", "x".repeat(65), "a\nb"}) {
            assertThatThrownBy(() -> node.create(name)).as(name).hasRootCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(node.create("x".repeat(64)).name()).hasSize(64);
        assertThat(node.accounts.unlocked()).hasSize(1);
    }

    @Test
    void refusesMoreAccountsThanTheBound() {
        for (int i = 0; i < Accounts.ACCOUNTS_MAX; i++) {
            node.create("person " + i);
        }
        assertThatThrownBy(() -> node.create("one more")).hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("16 accounts");
        assertThat(node.accounts.unlocked()).hasSize(Accounts.ACCOUNTS_MAX);
    }

    @Test
    void configurationMakesAnAccountOnceOnly() {
        node.await(node.accounts.createIfMissing("Ada"));
        node.await(node.accounts.createIfMissing("Ada"));
        node.start();
        node.await(node.accounts.createIfMissing("Ada"));

        assertThat(node.accounts.unlocked()).hasSize(1);
    }

    @Test
    void isStartingWhileTheConfiguredAccountIsMade() {
        node.accounts.createIfMissing("Ada");
        node.world.runUntil(() -> node.accounts.status().state() == State.STARTING, AccountsFixture.LIMIT);

        assertThat(node.accounts.status().reason()).isEqualTo("making the keys of an account");
        assertThat(node.world.runUntil(() -> node.accounts.status().state() == State.READY, AccountsFixture.LIMIT))
                .isTrue();
        assertThat(node.accounts.status().facts()).containsEntry("accounts", 1);
    }

    @Test
    void configurationMakesNoSecondAccountBesideOneThatCannotBeOpened() throws Exception {
        node.create("Ada");
        byte[] damaged = node.files.read(node.files.accountFile()).orElseThrow();
        damaged[100] ^= 1;
        node.files.write(node.files.accountFile(), damaged);
        node.start();
        node.await(node.accounts.createIfMissing("Ada"));

        assertThat(node.accounts.unlocked()).isEmpty();
        assertThat(node.accounts.status().state()).isEqualTo(State.WAITING);
        assertThat(node.accounts.status().reason()).contains("damaged").contains("backup");
        assertThat(node.files.read(node.files.accountFile())).hasValue(damaged);
    }

    @Test
    void nothingIsPromisedThatIsNotOnDisk() {
        node.files.full = true;
        assertThatThrownBy(() -> node.create("Ada")).hasRootCauseInstanceOf(IOException.class);
        assertThat(node.accounts.unlocked()).isEmpty();
        assertThat(node.added).isEmpty();
    }

    @Test
    void describeChangesNameAndAvatarDurably() {
        Account account = node.create("Ada");
        long revision = ((LocalAccount) account).revision();
        node.await(node.accounts.describe(account.fingerprint(), "Ada L.", MESSAGE));

        assertThat(account.name()).isEqualTo("Ada L.");
        assertThat(account.avatar()).isEqualTo(MESSAGE);
        assertThat(((LocalAccount) account).revision()).isGreaterThan(revision);
        assertThat(node.changed).containsExactly((LocalAccount) account);
        node.start();
        assertThat(node.accounts.unlocked().get(0).name()).isEqualTo("Ada L.");
        assertThat(node.accounts.unlocked().get(0).avatar()).isEqualTo(MESSAGE);
    }

    @Test
    void describeRefusesABigAvatarAndAStranger() {
        Account account = node.create("Ada");
        assertThatThrownBy(() ->
                node.await(node.accounts.describe(account.fingerprint(), "Ada", new byte[16 * 1024 + 1])))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> node.await(node.accounts.describe(new byte[64], "Ada", new byte[0])))
                .hasRootCauseInstanceOf(IllegalArgumentException.class).hasStackTraceContaining("no such account");
    }

    @Test
    void prekeysRotateWeeklyAndOldOnesOpenUntilTheirGraceHasPassed() {
        Account account = node.create("Ada");
        Prekeys first = account.prekeys();
        Duration life = AccountsFixture.SETTINGS.prekeyTerm().plus(AccountsFixture.SETTINGS.prekeyGrace());

        node.world.run(Duration.ofDays(7).plusHours(2));
        assertThat(account.prekeys()).isNotEqualTo(first);
        assertThat(node.changed).isNotEmpty();
        assertThat(secretsOf(account, first)).isTrue();

        node.world.run(life.minusDays(7).minusHours(3)); // an hour before its end
        assertThat(secretsOf(account, first)).isTrue();

        node.world.run(Duration.ofHours(3));
        assertThatThrownBy(() -> secretsOf(account, first))
                .hasRootCauseInstanceOf(Account.UnknownPrekeyException.class);
        assertThat(secretsOf(account, account.prekeys())).isTrue();
    }

    @Test
    void aPrivateThatIsPastItsGraceIsGoneFromTheDiskToo() {
        Account account = node.create("Ada");
        Prekeys first = account.prekeys();
        node.world.run(Duration.ofDays(30));
        node.start();

        Account restarted = node.accounts.unlocked().get(0);
        assertThatThrownBy(() -> secretsOf(restarted, first))
                .hasRootCauseInstanceOf(Account.UnknownPrekeyException.class);
        assertThat(((LocalAccount) restarted).keys().prekeys()).hasSizeBetween(2, AccountKeys.PREKEYS_MAX);
    }

    @Test
    void whatBecameOldWhileTheNodeWasOffIsRenewedAtTheStart() {
        Account before = node.create("Ada");
        Prekeys first = before.prekeys();
        node.host.crash();
        node.world.run(Duration.ofDays(400));
        node.start();
        node.world.run(Duration.ofMinutes(1));

        Account account = node.accounts.unlocked().get(0);
        assertThat(account.prekeys()).isNotEqualTo(first);
        assertThat(new Verifier(SignatureCheck.BOUNCY_CASTLE, node.host.environment().clock())
                .credentials(account.credentials())).isEmpty();
    }

    @Test
    void theCertificateIsRenewedBeforeItExpires() {
        Account account = node.create("Ada");
        long expires = account.credentials().certificate().expiresMillis();
        node.world.run(Duration.ofDays(300));

        assertThat(account.credentials().certificate().expiresMillis()).isGreaterThan(expires);
        assertThat(new Verifier(SignatureCheck.BOUNCY_CASTLE, node.host.environment().clock())
                .credentials(account.credentials())).isEmpty();
    }

    @Test
    void aFullDiskKeepsTheOldPrekeysInUseAndRecovers() {
        Account account = node.create("Ada");
        Prekeys first = account.prekeys();
        node.files.full = true;
        node.world.run(Duration.ofDays(8));

        assertThat(account.prekeys()).isEqualTo(first);
        assertThat(node.accounts.status().state()).isEqualTo(State.WAITING);
        assertThat(node.accounts.status().reason()).contains("No space left");

        node.files.full = false;
        node.world.run(Duration.ofHours(2));
        assertThat(account.prekeys()).isNotEqualTo(first);
        assertThat(node.accounts.status().state()).isEqualTo(State.READY);
    }

    @Test
    void aPointOfSmallOrderIsRefused() {
        Account account = node.create("Ada");
        byte[] hash = Digests.sha512_256(Bencode.encode(account.prekeys().dict()));

        assertThatThrownBy(() ->
                node.await(account.openPrekey(hash, new byte[32], new byte[Prekeys.MLKEM_CIPHERTEXT_BYTES])))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLockedAccountSignsNothing() {
        Account account = node.create("Ada");
        node.accounts.close();
        node.world.run(Duration.ofSeconds(1));

        assertThatThrownBy(() -> account.signAsDevice(MESSAGE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> node.await(account.signAsAccount(MESSAGE)))
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    /** Whether the account derives the same secrets from its private as somebody does from the public prekeys. */
    private boolean secretsOf(Account account, Prekeys prekeys) {
        byte[] ephemeral = X25519.generatePrivateKey(node.host.environment().random());
        MlKem768.Encapsulation sent = MlKem768.encapsulate(prekeys.mlkem(), node.host.environment().random());
        Account.PrekeySecrets secrets =
                node.await(account.openPrekey(Digests.sha512_256(Bencode.encode(prekeys.dict())),
                X25519.publicKey(ephemeral), sent.ciphertext()));
        assertThat(secrets.x25519()).isEqualTo(X25519.agree(ephemeral, prekeys.x25519()));
        assertThat(secrets.mlkem()).isEqualTo(sent.secret());
        return true;
    }
}
