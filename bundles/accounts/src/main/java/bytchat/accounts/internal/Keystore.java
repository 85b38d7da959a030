package bytchat.accounts.internal;

import bytchat.api.bencode.BencodeException;
import bytchat.wire.Bencode;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The files of the accounts: {@code <first 16 digits of the fingerprint>.account}, each sealed on its own, and the key
 * file that opens them when there is no passphrase. Blocks: used on the worker pool only.
 */
final class Keystore {
    static final String ACCOUNT_SUFFIX = ".account";
    static final String KEY_FILE = "keystore.key";
    private static final int PREFIX_BYTES = 8;

    private final AccountFiles files;
    private final PassphraseSource passphrase;
    private final AccountSettings settings;
    private final SecureRandom random;

    Keystore(AccountFiles files, PassphraseSource passphrase, AccountSettings settings, SecureRandom random) {
        this.files = files;
        this.passphrase = passphrase;
        this.settings = settings;
        this.random = random;
    }

    /** Opens what can be opened; what cannot be stays as it is and is named with the reason. */
    Contents open() throws IOException {
        List<Unlocked> unlocked = new ArrayList<>();
        List<String> locked = new ArrayList<>();
        for (String name : files.names()) {
            if (name.endsWith(ACCOUNT_SUFFIX)) {
                try {
                    unlocked.add(open(name));
                } catch (IOException e) {
                    locked.add(e.getMessage());
                }
            }
        }
        return new Contents(unlocked, locked);
    }

    /** A seal for a new account. */
    synchronized FileSeal newSeal() throws IOException {
        Optional<byte[]> words = passphrase.read();
        if (words.isPresent()) {
            return FileSeal.ofPassphrase(words.get(), settings.argon2MemoryKib(), settings.argon2Passes(), random);
        }
        Optional<byte[]> secret = files.read(KEY_FILE);
        if (secret.isEmpty()) {
            requireNoneUnderKeyFile();
            byte[] made = new byte[FileSeal.KEY_BYTES];
            random.nextBytes(made);
            files.write(KEY_FILE, made);
            secret = Optional.of(made);
        }
        return FileSeal.ofKeyFile(checked(secret.get()), random);
    }

    /** Writes the account in place of its earlier file; after it returns a power cut does not take it away. */
    void save(AccountKeys keys, FileSeal seal) throws IOException {
        files.write(fileName(keys), seal.seal(Bencode.encode(keys.dict()), random));
    }

    /**
     * Writes the file of a new account.
     *
     * @throws IllegalArgumentException if there is one of this account, whether it can be opened or not
     */
    synchronized void add(AccountKeys keys, FileSeal seal) throws IOException {
        if (files.read(fileName(keys)).isPresent()) {
            throw new IllegalArgumentException("this account is here already, in " + files.describe(fileName(keys)));
        }
        save(keys, seal);
    }

    static String fileName(AccountKeys keys) {
        return HexFormat.of().formatHex(keys.fingerprint(), 0, PREFIX_BYTES) + ACCOUNT_SUFFIX;
    }

    private Unlocked open(String name) throws IOException {
        String where = files.describe(name);
        byte[] file = files.read(name).orElseThrow(() -> new KeystoreException(where + " has just gone"));
        byte[] secret = FileSeal.kind(file, where).equals(FileSeal.PASSPHRASE)
                ? passphrase.read().orElseThrow(() ->
                        new KeystoreException(where + " is sealed with a passphrase: name a file that"
                        + " holds it in the configuration bytchat.accounts, property passphrase_file"))
                : checked(files.read(KEY_FILE)
                        .orElseThrow(() -> new KeystoreException(where + " cannot be opened without "
                        + files.describe(KEY_FILE) + ", which is missing: bring it back from a backup")));
        FileSeal.Opened opened = FileSeal.open(file, secret, where);
        try {
            return new Unlocked(AccountKeys.of(Bencode.decodeDict(opened.content(),
                    DirectoryAccountFiles.FILE_BYTES_MAX)),
                    opened.seal());
        } catch (BencodeException e) {
            throw new KeystoreException(where + " was written by another BytChat (" + e.getMessage()
                    + "): run that one");
        }
    }

    private byte[] checked(byte[] secret) throws KeystoreException {
        if (secret.length != FileSeal.KEY_BYTES) {
            throw new KeystoreException(files.describe(KEY_FILE) + " is damaged (it has " + secret.length
                    + " bytes, not "
                    + FileSeal.KEY_BYTES + "); it was left as it is: bring it back from a backup");
        }
        return secret;
    }

    /** A new key file would make it look as if the old accounts could never be opened again. */
    private void requireNoneUnderKeyFile() throws IOException {
        for (String name : files.names()) {
            if (name.endsWith(ACCOUNT_SUFFIX)) {
                throw new KeystoreException(files.describe(KEY_FILE)
                        + " is missing although there are accounts: bring it back from"
                        + " a backup, or move the accounts away, before making a new one");
            }
        }
    }

    /** An account that was opened, and the seal to write it with again. */
    record Unlocked(AccountKeys keys, FileSeal seal) {
    }

    /** @param locked why the others could not be opened, a sentence each */
    record Contents(List<Unlocked> unlocked, List<String> locked) {
    }
}
