package bytchat.ui.shell.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "account", description = "The people who use this node.",
        subcommands = {AccountCommands.Create.class, AccountCommands.ListAll.class, AccountCommands.Describe.class,
                AccountCommands.Export.class, AccountCommands.Import.class, AccountCommands.Devices.class})
final class AccountCommands extends CommandGroup {
    private static final int PASSPHRASE_FILE_BYTES_MAX = 4096;

    @Command(name = "create",
            description = "Makes a new person: an RSA key, and a device key for this node. Takes a second or so.")
    static final class Create extends ShellCommand {
        @Parameters(paramLabel = "NAME", description = "Shown to others; 1 to 64 characters.")
        private String name;

        @Option(names = "--another", description = "Even if there is an account of that name already.")
        private boolean another;

        @Override
        View run() throws ShellException, InterruptedException {
            Accounts accounts = node().need(Accounts.class);
            if (!another && accounts.unlocked().stream().anyMatch(one -> one.name().equalsIgnoreCase(name.strip()))) {
                throw new ShellException("there is an account called " + name.strip()
                        + " already; for another person of that name add --another");
            }
            Account account = await(accounts.create(name), LOCAL_LIMIT);
            String fingerprint = HexFormat.of().formatHex(account.fingerprint());
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("name", account.name());
            data.put("fingerprint", fingerprint);
            data.put("device", HexFormat.of().formatHex(account.deviceId()));
            return new View.Done("made the account " + account.name() + "; \"id\" shows its contact link", data);
        }
    }

    @Command(name = "list", description = "Lists the accounts of this node.")
    static final class ListAll extends ShellCommand {
        @Override
        View run() throws ShellException {
            node().need(Accounts.class);
            return new View.Table(List.of(View.Column.of("name"), View.Column.prefix("fingerprint", 16),
                    View.Column.prefix("device", 16)),
                    IdCommand.accounts(node()), Node.NO_ACCOUNT);
        }
    }

    @Command(name = "describe", description = "Changes the name or the picture that others see.")
    static final class Describe extends ShellCommand {
        @Parameters(arity = "0..1", paramLabel = "ACCOUNT",
                description = "Name or beginning of the fingerprint; needed with several accounts.")
        private Optional<String> account = Optional.empty();

        @Option(names = "--name", paramLabel = "NAME", description = "The new name.")
        private Optional<String> name = Optional.empty();

        @Option(names = "--avatar", paramLabel = "FILE",
                description = "PNG or JPEG of at most 16 KiB; an empty text removes it.")
        private Optional<String> avatar = Optional.empty();

        @Override
        View run() throws ShellException, InterruptedException, IOException {
            Accounts accounts = node().need(Accounts.class);
            Account one = choose(accounts.unlocked(), account);
            byte[] image = avatar.isEmpty() ? one.avatar()
                    : avatar.get().isEmpty() ? new byte[0]
                            : Attachment.read(invocation(), Path.of(avatar.get()), 16 * 1024);
            await(accounts.describe(one.fingerprint(), name.orElse(one.name()), image), LOCAL_LIMIT);
            return new View.Done("changed; others see it when the new meta is published",
                    Map.of("name", one.name(), "avatar_bytes", image.length));
        }
    }

    /** The account that is called so, or the only one. */
    private static Account choose(List<Account> all, Optional<String> called) throws ShellException {
        List<Account> chosen = all.stream().filter(one -> called.isEmpty()
                || Node.isCalled(one.name(), HexFormat.of().formatHex(one.fingerprint()), called.get())).toList();
        if (chosen.size() != 1) {
            throw new ShellException(all.isEmpty() ? Node.NO_ACCOUNT
                    : chosen.isEmpty() ? "no account is called " + called.get() + "; \"account list\" shows them"
                    : "several accounts are meant: name one by the beginning of its"
                            + " fingerprint (\"account list\")");
        }
        return chosen.get(0);
    }

    @Command(name = "export", description = {"Writes an account into a file that only its passphrase opens: to keep, or to bring"
            + " to another node of the same person with \"account import\".",
            "It holds the account's key, name, picture and device list, but no messages and no device's keys."})
    static final class Export extends ShellCommand {
        @Parameters(index = "0", paramLabel = "FILE", description = "A new file.")
        private Path file;

        @Parameters(index = "1", arity = "0..1", paramLabel = "ACCOUNT",
                description = "Name or beginning of the fingerprint; needed with several accounts.")
        private Optional<String> account = Optional.empty();

        @ArgGroup(multiplicity = "1")
        private NewPassphrase passphrase;

        @Override
        View run() throws ShellException, InterruptedException, IOException {
            Accounts accounts = node().need(Accounts.class);
            Account one = choose(accounts.unlocked(), account);
            Path target = invocation().directory().resolve(file);
            if (Files.exists(target)) {
                throw new ShellException(target + " exists already: name a new file");
            }
            byte[] exported = await(accounts.exportAccount(one.fingerprint(), passphrase.words(invocation())), LOCAL_LIMIT);
            try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(target,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))) {
                out.write(exported);
            } catch (IOException e) {
                throw new ShellException("the node cannot write " + target + ": name a directory where it may");
            }
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("file", target.toString());
            data.put("bytes", exported.length);
            data.put("fingerprint", HexFormat.of().formatHex(one.fingerprint()));
            return new View.Done("exported " + one.name() + " to " + target
                    + "; who has this file and its passphrase is " + one.name(), data);
        }
    }

    @Command(name = "import", description = {"Makes this node a new device of an account that was exported.",
            "Contacts and messages come from the other devices, when they can be reached."})
    static final class Import extends ShellCommand {
        @Parameters(paramLabel = "FILE", description = "What \"account export\" wrote.")
        private Path file;

        @ArgGroup(multiplicity = "1")
        private KnownPassphrase passphrase;

        @Override
        View run() throws ShellException, InterruptedException, IOException {
            Accounts accounts = node().need(Accounts.class);
            byte[] exported = Attachment.read(invocation(), file, Accounts.EXPORT_BYTES_MAX);
            Account account = await(accounts.importAccount(exported, passphrase.words(invocation())), LOCAL_LIMIT);
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("name", account.name());
            data.put("fingerprint", HexFormat.of().formatHex(account.fingerprint()));
            data.put("device", HexFormat.of().formatHex(account.deviceId()));
            data.put("devices", account.credentials().devices().devices().size());
            return new View.Done("this node is now a device of " + account.name() + ", one of "
                    + account.credentials().devices().devices().size(), data);
        }
    }

    @Command(name = "devices", description = "Lists the devices of an account, as its newest device list names them.")
    static final class Devices extends ShellCommand {
        @Parameters(arity = "0..1", paramLabel = "ACCOUNT",
                description = "Name or beginning of the fingerprint; needed with several accounts.")
        private Optional<String> account = Optional.empty();

        @Override
        View run() throws ShellException {
            Account one = choose(node().need(Accounts.class).unlocked(), account);
            DeviceList list = one.credentials().devices();
            List<Map<String, Object>> rows = new ArrayList<>();
            list.devices().forEach(id -> rows.add(row(one, list, id, list.revoked().contains(id) ? "revoked" : "in use")));
            list.revoked().stream().filter(id -> !list.devices().contains(id)).forEach(id -> rows.add(row(one, list, id, "revoked")));
            return new View.Table(List.of(View.Column.prefix("device", 16), View.Column.of("state"), View.Column.of("here", here ->
                    Boolean.TRUE.equals(here) ? "this node" : ""), View.Column.of("list")), rows, "");
        }

        private static Map<String, Object> row(Account account, DeviceList list, BBytes id, String state) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("device", HexFormat.of().formatHex(id.toArray()));
            row.put("state", state);
            row.put("here", Arrays.equals(id.toArray(), account.deviceId()));
            row.put("list", list.number());
            return row;
        }
    }

    /** Where a passphrase comes from that seals something. */
    static final class NewPassphrase {
        @Option(names = "--passphrase-file", paramLabel = "FILE", description = "Its first line is the passphrase.")
        private Path file;

        @Option(names = "--new-passphrase", description = "Asks for it twice, without showing it.")
        private boolean asked;

        byte[] words(Invocation invocation) throws ShellException, IOException {
            return passphrase(invocation, asked ? Optional.empty() : Optional.of(file));
        }
    }

    /** Where a passphrase comes from that opens something. */
    static final class KnownPassphrase {
        @Option(names = "--passphrase-file", paramLabel = "FILE", description = "Its first line is the passphrase.")
        private Path file;

        @Option(names = "--passphrase", description = "Asks for it, without showing it.")
        private boolean asked;

        byte[] words(Invocation invocation) throws ShellException, IOException {
            return passphrase(invocation, asked ? Optional.empty() : Optional.of(file));
        }
    }

    /** The first line of the file, or of what the caller has typed. */
    private static byte[] passphrase(Invocation invocation, Optional<Path> file) throws ShellException, IOException {
        byte[] content = file.isPresent() ? Attachment.read(invocation, file.get(), PASSPHRASE_FILE_BYTES_MAX) : invocation.input();
        return new String(content, StandardCharsets.UTF_8).lines().findFirst().orElse("").getBytes(StandardCharsets.UTF_8);
    }
}
