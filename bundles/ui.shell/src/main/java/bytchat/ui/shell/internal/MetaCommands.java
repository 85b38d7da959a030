package bytchat.ui.shell.internal;

import bytchat.api.keyspace.KeySpace;
import bytchat.api.meta.MetaDirectory;
import bytchat.api.meta.MetaRecord;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "meta", description = "What anybody may know of a user.",
        subcommands = {MetaCommands.Get.class, MetaCommands.Status.class})
final class MetaCommands extends CommandGroup {
    @Command(name = "get",
            description = "Fetches a user's signed name, avatar, devices and prekeys from their holders.")
    static final class Get extends Target {
        @Parameters(paramLabel = "USER", description = "UID in hexadecimal, or a contact.")
        private String user;

        @Override
        View run() throws ShellException, InterruptedException {
            KeySpace space = keySpace();
            MetaDirectory directory = node().need(MetaDirectory.class, space);
            MetaRecord meta = await(directory.fetch(uid(user, space)), NETWORK_LIMIT)
                    .orElseThrow(() -> new ShellException("no holder has meta of " + user
                            + ": they have not published any within 7 days,"
                            + " or no holder can be reached (\"dht table\")"));
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("uid", space.key(meta.uid()));
            data.put("name", meta.name());
            data.put("avatar_bytes", meta.avatar().length);
            data.put("timestamp_ms", meta.timestampMillis());
            data.put("device_list_number", meta.devices().number());
            data.put("devices", meta.devices().devices().stream()
                    .map(id -> HexFormat.of().formatHex(id.unsafeArray())).toList());
            data.put("prekeys_expire_ms", meta.prekeys().expiresMillis());
            return new View.Facts(data);
        }
    }

    @Command(name = "status", description = "What this node's meta holder keeps for others.")
    static final class Status extends ShellCommand {
        @Override
        View run() throws ShellException {
            return StatusCommand.ofParts(node(), "meta");
        }
    }
}
