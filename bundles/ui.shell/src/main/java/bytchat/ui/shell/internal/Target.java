package bytchat.ui.shell.internal;

import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Commands about a point of a key space: a key in hexadecimal, or a person whom this node knows. */
abstract class Target extends ShellCommand {
    @Option(names = "--keyspace", paramLabel = "NAME", description = "Which key space, if this node lives in several.")
    private Optional<String> keySpace = Optional.empty();

    KeySpace keySpace() throws ShellException {
        return node().keySpace(keySpace);
    }

    /** A key of the key space's width. */
    static Key key(String text, KeySpace space) throws ShellException {
        return hexKey(text, space).orElseThrow(() -> new ShellException(
                "a key of " + space.hash().name() + " has " + space.bits() / 4 + " hexadecimal digits, " + text
                        + " has not"));
    }

    /**
     * The UID of a person: as a key, or by the name or the beginning of fingerprint or UID of an account or contact.
     */
    Key uid(String text, KeySpace space) throws ShellException, InterruptedException {
        Optional<Key> key = hexKey(text, space);
        if (key.isPresent()) {
            return key.get();
        }
        List<String> uids = new ArrayList<>();
        for (Messenger messenger : node().all(Messenger.class)) {
            Messenger.Self self = messenger.self();
            if (isCalled(self.name(), self.fingerprint(), self.uid(), text)) {
                uids.add(self.uid());
            }
            for (ContactView contact : await(messenger.contacts(), LOCAL_LIMIT)) {
                if (isCalled(contact.name(), contact.ref(), contact.uid(), text)) {
                    uids.add(contact.uid());
                }
            }
        }
        List<String> distinct = uids.stream().distinct().toList();
        if (distinct.size() == 1) {
            return key(distinct.get(0), space);
        }
        throw new ShellException(distinct.isEmpty()
                ? text + " is neither a UID of " + space.bits() / 4
                        + " hexadecimal digits nor a contact (\"contact list\")"
                : text + " can mean several people: use the beginning of a UID (\"contact list\")");
    }

    private static boolean isCalled(String name, String fingerprint, String uid, String text) {
        return Node.isCalled(name, fingerprint, text) || Node.isCalled(name, uid, text);
    }

    private static Optional<Key> hexKey(String text, KeySpace space) {
        if (text.length() != space.bits() / 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(Key.ofHex(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name of just that length
        }
    }
}
