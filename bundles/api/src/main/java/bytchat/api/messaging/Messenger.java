package bytchat.api.messaging;

import bytchat.api.env.Registration;
import bytchat.api.status.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An account's contacts and conversations: the facade of every user interface. One service per account, with the properties of its
 * {@link bytchat.api.account.Account}. May be called from any thread; stages complete on the event loop and fail with
 * {@link MessagingException}, whose message can be shown to the user.
 */
@ProviderType
public interface Messenger {
    /** Bytes of a message's data; larger files are a later protocol's. */
    int DATA_BYTES_MAX = 48 * 1024;
    int CONTACTS_MAX = 10_000;
    /** Unread messages of a conversation are counted up to here; that many means that many or more. */
    int UNREAD_MAX = 100;

    /** Who we are here. */
    Self self();

    /**
     * Adds a contact, or accepts a request, and shakes hands.
     *
     * @param link a {@code bytchat:} contact link
     * @param name what the user calls them; empty takes the link's, else their meta's
     * @return completes when the contact is on disk
     */
    CompletionStage<ContactView> addContact(String link, Optional<String> name);

    /** Calls a contact, named as in {@link #send}, by another name: 1 to 64 characters. */
    CompletionStage<ContactView> rename(String contact, String name);

    /** Accepts a stranger's message request, named by {@link ContactView#ref()} or a prefix of it. */
    CompletionStage<ContactView> accept(String contact);

    CompletionStage<List<ContactView>> contacts();

    /**
     * Sends.
     *
     * @param contact name, {@link ContactView#ref()} or an unambiguous prefix of it
     * @return completes when the message is on disk in the outbox: from then on it is sent until it is delivered or expired
     */
    CompletionStage<MessageView> send(String contact, String mimeType, byte[] data);

    /**
     * Messages, newest last.
     *
     * @param contact as in {@link #send}; empty for all conversations
     * @param limit   1 to 1,024
     */
    CompletionStage<List<MessageView>> messages(Optional<String> contact, int limit);

    /**
     * A page of one conversation, newest last.
     *
     * @param before only messages with a smaller {@link MessageView#number()}; empty for the newest
     * @param limit  1 to 1,024
     */
    CompletionStage<List<MessageView>> messages(String contact, OptionalLong before, int limit);

    /** One conversation per contact, the one with the newest message first; those without one last, in the order they were added. */
    CompletionStage<List<ChatView>> chats();

    /**
     * The user has seen the conversation up to this message; that never goes back.
     *
     * @param contact as in {@link #send}
     * @param number  {@link MessageView#number()}
     * @return completes, when that is on disk, with how many are unread, up to {@link #UNREAD_MAX}
     */
    CompletionStage<Integer> markRead(String contact, long number);

    /** Calls the listener on the event loop with each message that arrives, is sent or changes its state. */
    Registration onMessage(Consumer<MessageView> listener);

    /** Calls the listener on the event loop with each contact that is new, or has changed in what {@link ContactView} shows. */
    Registration onContact(Consumer<ContactView> listener);

    /** Whether messages can go now, and if not, why. */
    Status status();

    /**
     * @param uid         in the active key space, hexadecimal
     * @param fingerprint SHA-512, hexadecimal
     * @param link        to give to others
     */
    record Self(String name, String uid, String fingerprint, String deviceId, String link) {
    }

    /**
     * @param ref   fingerprint, hexadecimal
     * @param state in words: requested, waiting for their handshake, connected
     */
    record ContactView(String ref, String name, String uid, ContactState state, String reason) {
    }

    /**
     * @param last   the newest message, if there is one
     * @param unread messages received after the newest one that the user has seen, up to {@link #UNREAD_MAX}
     */
    record ChatView(ContactView contact, Optional<MessageView> last, int unread) {
    }

    /** How far we are with a contact. */
    enum ContactState {
        /** They wrote to us; the user has not accepted. */
        REQUEST,
        /** Their meta has not been found yet, or our handshake is under way. */
        HANDSHAKING,
        /** A session exists. */
        CONNECTED
    }

    /**
     * @param id         sending device's id and sequence: the same on both sides
     * @param number     position in the conversation on this device
     * @param state      as in {@link bytchat.api.store.ChatRecord.State}, lower case
     * @param detail     in words: "stored at 4 of 5"
     */
    record MessageView(String id, String contact, String contactName, long number, boolean outgoing, String mimeType, byte[] data,
            long sentMillis, long atMillis, String state, String detail) {
    }
}
