package bytchat.ui.shell.internal;

import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.MessageView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "send",
        description = "Sends a text or a file. Done when it is on this node's disk: from then on the node delivers it.")
final class SendCommand extends ContactCommands.OfAccount {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CONTACT",
            description = "Name, or beginning of the reference that \"contact list\" shows.")
    private String contact;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "What to say.")
    private Optional<String> text = Optional.empty();

    @Option(names = "--file", paramLabel = "FILE",
            description = "Sends a file of at most 48 KiB; - is the standard input.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--mime", paramLabel = "TYPE",
            description = "What the file is; else found out from its content and name.")
    private Optional<String> mime = Optional.empty();

    @Override
    View run() throws ShellException, InterruptedException, IOException {
        if (text.isPresent() == file.isPresent()) {
            throw new ParameterException(spec.commandLine(), "say either TEXT or --file FILE");
        }
        Messenger messenger = messenger();
        byte[] data = file.isPresent() ? Attachment.read(invocation(), file.get(), Messenger.DATA_BYTES_MAX)
                : text.get().getBytes(StandardCharsets.UTF_8);
        if (data.length > Messenger.DATA_BYTES_MAX) {
            throw new ShellException("the text is longer than " + Messenger.DATA_BYTES_MAX / 1024
                    + " KiB, which is the most for now");
        }
        String type = mime.isPresent() ? mime.get() : file.isPresent() ? Attachment.mimeType(file.get(), data)
                : "text/plain";
        MessageView message = await(messenger.send(contact, type, data), LOCAL_LIMIT);
        Map<String, Object> row = Messages.row(message);
        row.remove("data_base64"); // who sends it has it
        return new View.Done("message " + message.number() + " to " + message.contactName() + ": " + Messages.state(row),
                row);
    }
}
