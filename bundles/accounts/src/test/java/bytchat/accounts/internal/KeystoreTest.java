package bytchat.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.bencode.BDict;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeystoreTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] CONTENT = "what must not be read".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECRET = "correct horse battery staple".getBytes(StandardCharsets.UTF_8);
    private static final String WHERE = "accounts/x.account";

    private static byte[] sealed() {
        return FileSeal.ofPassphrase(SECRET, 64, 1, RANDOM).seal(CONTENT, RANDOM);
    }

    @Test
    void aSealedFileOpensWithItsPassphraseAndCanBeWrittenAgain() throws Exception {
        FileSeal.Opened opened = FileSeal.open(sealed(), SECRET, WHERE);
        assertThat(opened.content()).isEqualTo(CONTENT);

        byte[] again = opened.seal().seal(SECRET, RANDOM);
        assertThat(FileSeal.open(again, SECRET, WHERE).content()).isEqualTo(SECRET);
    }

    @Test
    void aWrongPassphraseIsToldFromDamage() {
        assertThatThrownBy(() -> FileSeal.open(sealed(), CONTENT, WHERE)).isInstanceOf(KeystoreException.class)
                .hasMessageContaining("passphrase does not open").hasMessageContaining("passphrase_file");
    }

    @Test
    void everyChangedBitIsFound() {
        byte[] file = FileSeal.ofKeyFile(SECRET, RANDOM).seal(CONTENT, RANDOM);
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] changed = file.clone();
            changed[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThatThrownBy(() -> FileSeal.open(changed, SECRET, WHERE)).as("bit " + bit)
                    .isInstanceOf(KeystoreException.class);
        }
    }

    @Test
    void everyTruncationIsFound() {
        byte[] file = sealed();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(file, length);
            assertThatThrownBy(() -> FileSeal.open(cut, SECRET, WHERE)).as("length " + length)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aForgerWhoMendsTheChecksumMeetsTheSeal() {
        BDict outer = Bencode.decodeDict(sealed(), 4096).without("sum");
        byte[] box = outer.requireBytes("box");
        box[3] ^= 1;
        BDict forged = outer.with().put("box", box).build();
        byte[] file = mended(forged);

        assertThatThrownBy(() -> FileSeal.open(file, SECRET, WHERE)).hasMessageContaining("does not open");
    }

    @Test
    void aHeaderCannotAskForEndlessMemoryOrTime() {
        BDict outer = Bencode.decodeDict(sealed(), 4096).without("sum");
        for (String field : new String[] {"mem", "passes"}) {
            for (long value : new long[] {-1, 0, 1L << 31, Long.MAX_VALUE}) {
                byte[] file = mended(outer.with().put(field, value).build());
                assertThatThrownBy(() -> FileSeal.open(file, SECRET, WHERE)).as(field + " " + value)
                        .hasMessageContaining("damaged");
            }
        }
    }

    @Test
    void aFileOfANewerVersionSaysSo() {
        byte[] file = mended(Bencode.decodeDict(sealed(), 4096).without("sum").with().put("v", 2).build());
        assertThatThrownBy(() -> FileSeal.open(file, SECRET, WHERE)).hasMessageContaining("newer BytChat");
    }

    @Test
    void twoSealsOfOneContentHaveNothingInCommon() {
        FileSeal seal = FileSeal.ofKeyFile(SECRET, RANDOM);
        BDict one = Bencode.decodeDict(seal.seal(CONTENT, RANDOM), 4096);
        BDict other = Bencode.decodeDict(seal.seal(CONTENT, RANDOM), 4096);
        assertThat(one.requireBytes("nonce")).isNotEqualTo(other.requireBytes("nonce"));
        assertThat(one.requireBytes("box")).isNotEqualTo(other.requireBytes("box"));
    }

    @Test
    void anAccountUnderAPassphraseStaysLockedWithoutIt() {
        AccountsFixture node = new AccountsFixture(() -> Optional.of(SECRET.clone()));
        node.create("Ada");
        assertThat(node.files.names()).doesNotContain(Keystore.KEY_FILE);

        node.passphrase = PassphraseSource.NONE;
        node.start();
        assertThat(node.accounts.unlocked()).isEmpty();
        assertThat(node.accounts.status().reason()).contains("sealed with a passphrase").contains("passphrase_file");

        node.passphrase = () -> Optional.of(CONTENT.clone());
        node.start();
        assertThat(node.accounts.unlocked()).isEmpty();
        assertThat(node.accounts.status().reason()).contains("passphrase does not open");

        node.passphrase = () -> Optional.of(SECRET.clone());
        node.start();
        assertThat(node.accounts.unlocked()).hasSize(1);
    }

    @Test
    void aLostKeyFileIsNotMadeAnew() throws Exception {
        AccountsFixture node = new AccountsFixture();
        node.create("Ada");
        String name = node.files.accountFile();
        byte[] account = node.files.read(name).orElseThrow();

        AccountsFixture moved = new AccountsFixture();
        moved.files.write(name, account);
        moved.start();
        assertThat(moved.accounts.unlocked()).isEmpty();
        assertThat(moved.accounts.status().reason()).contains(Keystore.KEY_FILE).contains("backup");
        assertThatThrownBy(() -> moved.create("Bob")).hasStackTraceContaining("bring it back from a backup");
        assertThat(moved.files.names()).containsExactly(name);

        moved.files.write(Keystore.KEY_FILE, new byte[5]);
        moved.start();
        assertThat(moved.accounts.status().reason()).contains("damaged (it has 5 bytes");
        assertThat(moved.files.read(name)).hasValue(account);
    }

    @Test
    void filesAreTheOwnersAlone(@TempDir Path directory) throws Exception {
        Path accounts = directory.resolve("accounts");
        DirectoryAccountFiles files = new DirectoryAccountFiles(accounts);
        assertThat(files.names()).isEmpty();
        files.write("a.account", CONTENT);
        files.write("a.account", SECRET);

        assertThat(files.read("a.account")).hasValue(SECRET);
        assertThat(files.read("b.account")).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(accounts))).isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(accounts.resolve("a.account"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatACrashLeftInTheMiddleOfAWriteIsNoAccount(@TempDir Path directory) throws Exception {
        DirectoryAccountFiles files = new DirectoryAccountFiles(directory);
        files.write("a.account", CONTENT);
        Files.write(directory.resolve("a.account.new"), new byte[] {1});

        assertThat(files.names()).containsExactly("a.account");
        assertThat(files.read("a.account")).hasValue(CONTENT);
        files.write("a.account", SECRET);
        assertThat(files.names()).containsExactly("a.account");
        assertThat(Files.exists(directory.resolve("a.account.new"))).isFalse();
    }

    @Test
    void thePassphraseFileSaysWhatIsWrongWithIt(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("passphrase");
        PassphraseFile source = new PassphraseFile(file);
        assertThatThrownBy(source::read).hasMessageContaining("does not exist");
        Files.writeString(file, "");
        assertThatThrownBy(source::read).hasMessageContaining("is empty");
        Files.writeString(file, "words\nmore\n");
        assertThat(source.read()).hasValue("words".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] mended(BDict withoutSum) {
        return Bencode.encode(withoutSum.with().put("sum", Digests.sha512_256(Bencode.encode(withoutSum))).build());
    }

    @Test
    void whatCannotBeWrittenIsNamed(@TempDir Path directory) throws Exception {
        Path occupied = Files.writeString(directory.resolve("accounts"), "a file where the directory should be");
        assertThatThrownBy(() -> new DirectoryAccountFiles(occupied).write("a.account", new byte[1]))
                .isInstanceOf(KeystoreException.class).hasMessageContaining(occupied.resolve("a.account").toString())
                .hasMessageContaining("cannot be written").hasMessageContaining("nothing was changed");
    }
}
