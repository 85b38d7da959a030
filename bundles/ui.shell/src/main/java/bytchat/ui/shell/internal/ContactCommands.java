package bytchat.ui.shell.internal;

import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "contact", description = "Whom an account knows.",
        subcommands = {ContactCommands.Add.class, ContactCommands.ListAll.class, ContactCommands.Accept.class})
final class ContactCommands extends CommandGroup {
    /** Commands of one account. */
    abstract static class OfAccount extends ShellCommand {
        @Option(names = "--account", paramLabel = "ACCOUNT",
                description = "Name or beginning of the fingerprint; needed with several accounts.")
        private Optional<String> account = Optional.empty();

        Messenger messenger() throws ShellException {
            return node().messenger(account);
        }
    }

    @Command(name = "add", description = "Adds a contact by the link they gave you, and shakes hands.")
    static final class Add extends OfAccount {
        @Parameters(paramLabel = "LINK", description = "bytchat:…, as \"id\" shows it on their node.")
        private String link;

        @Option(names = "--name", paramLabel = "NAME", description = "What you call them; else the name in the link.")
        private Optional<String> name = Optional.empty();

        @Override
        View run() throws ShellException, InterruptedException {
            ContactView contact = await(messenger().addContact(link, name), LOCAL_LIMIT);
            return new View.Done("added " + contact.name() + ": " + words(contact), row(contact));
        }
    }

    @Command(name = "list", description = "Lists the contacts, and those who want to be one.")
    static final class ListAll extends OfAccount {
        @Override
        View run() throws ShellException, InterruptedException {
            List<ContactView> contacts = await(messenger().contacts(), LOCAL_LIMIT);
            return new View.Table(List.of(View.Column.of("name"), View.Column.of("state"),
                    View.Column.prefix("ref", 16),
                    View.Column.prefix("uid", 16), new View.Column("WHY", row -> row.get("reason"))),
                    contacts.stream().map(ContactCommands::row).toList(),
                    "no contacts yet: ask for a contact link, and \"contact add LINK\"");
        }
    }

    @Command(name = "accept", description = "Accepts a stranger's request.")
    static final class Accept extends OfAccount {
        @Parameters(paramLabel = "CONTACT",
                description = "Name, or beginning of the reference that \"contact list\" shows.")
        private String contact;

        @Override
        View run() throws ShellException, InterruptedException {
            ContactView accepted = await(messenger().accept(contact), LOCAL_LIMIT);
            return new View.Done("accepted " + accepted.name() + ": " + words(accepted), row(accepted));
        }
    }

    private static String words(ContactView contact) {
        String state = contact.state().name().toLowerCase(java.util.Locale.ROOT);
        return contact.reason().isEmpty() ? state : state + " (" + contact.reason() + ")";
    }

    static Map<String, Object> row(ContactView contact) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ref", contact.ref());
        row.put("name", contact.name());
        row.put("uid", contact.uid());
        row.put("state", contact.state());
        row.put("reason", contact.reason());
        return row;
    }
}
