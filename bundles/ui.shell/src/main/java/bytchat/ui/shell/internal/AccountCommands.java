package bytchat.ui.shell.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "account", description = "The people who use this node.",
        subcommands = {AccountCommands.Create.class, AccountCommands.ListAll.class, AccountCommands.Describe.class})
final class AccountCommands extends CommandGroup {
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
            Account one = choose(accounts.unlocked());
            byte[] image = avatar.isEmpty() ? one.avatar()
                    : avatar.get().isEmpty() ? new byte[0]
                            : Attachment.read(invocation(), Path.of(avatar.get()), 16 * 1024);
            await(accounts.describe(one.fingerprint(), name.orElse(one.name()), image), LOCAL_LIMIT);
            return new View.Done("changed; others see it when the new meta is published",
                    Map.of("name", one.name(), "avatar_bytes", image.length));
        }

        private Account choose(List<Account> all) throws ShellException {
            List<Account> chosen = all.stream().filter(one -> account.isEmpty()
                    || Node.isCalled(one.name(), HexFormat.of().formatHex(one.fingerprint()), account.get())).toList();
            if (chosen.size() != 1) {
                throw new ShellException(all.isEmpty() ? Node.NO_ACCOUNT
                        : chosen.isEmpty() ? "no account is called " + account.get() + "; \"account list\" shows them"
                        : "several accounts are meant: name one by the beginning of its"
                                + " fingerprint (\"account list\")");
            }
            return chosen.get(0);
        }
    }
}
