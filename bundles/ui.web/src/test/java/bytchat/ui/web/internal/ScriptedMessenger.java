package bytchat.ui.web.internal;

import bytchat.api.env.Registration;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Contacts and conversations in memory, with nobody at the other end: what a test says happens. */
final class ScriptedMessenger implements Messenger {
    static final String LINK = "bytchat:sha-512/abc/def?name=Bob&sum=0";
    private final Self self;
    private final Map<String, ContactView> contacts = new LinkedHashMap<>();
    private final Map<String, List<MessageView>> messages = new LinkedHashMap<>();
    private final Map<String, Long> read = new LinkedHashMap<>();
    private final List<Consumer<MessageView>> messageListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<ContactView>> contactListeners = new CopyOnWriteArrayList<>();

    ScriptedMessenger(String name, char digit) {
        self = new Self(name, ref(digit), ref(digit), ref(digit).substring(0, 64), "bytchat:sha-512/" + digit + "?name=" + name);
    }

    static String ref(char digit) {
        return String.valueOf(digit).repeat(128);
    }

    int listeners() {
        return messageListeners.size() + contactListeners.size();
    }

    // ---- what happens to it

    synchronized ContactView contact(char digit, String name, ContactState state) {
        ContactView contact = new ContactView(ref(digit), name, ref(digit), state, state == ContactState.CONNECTED ? "" : "why");
        contacts.put(contact.ref(), contact);
        contactListeners.forEach(listener -> listener.accept(contact));
        return contact;
    }

    synchronized MessageView receive(char from, String mimeType, byte[] data) {
        return keep(ref(from), false, mimeType, data, "received", "");
    }

    synchronized void becomes(char contact, long number, String state, String detail) {
        change(ref(contact), number, m -> new MessageView(m.id(), m.contact(), m.contactName(), m.number(), m.outgoing(), m.mimeType(),
                m.data(), m.sentMillis(), m.atMillis(), state, detail));
    }

    private void change(String contact, long number, UnaryOperator<MessageView> how) {
        List<MessageView> all = messages.get(contact);
        MessageView changed = how.apply(all.get((int) number));
        all.set((int) number, changed);
        messageListeners.forEach(listener -> listener.accept(changed));
    }

    private MessageView keep(String contact, boolean outgoing, String mimeType, byte[] data, String state, String detail) {
        List<MessageView> all = messages.computeIfAbsent(contact, c -> new ArrayList<>());
        long number = all.size();
        MessageView message = new MessageView((outgoing ? "me:" : "them:") + number, contact, contacts.get(contact).name(), number, outgoing,
                mimeType, data, 1_000 + number, 2_000 + number, state, detail);
        all.add(message);
        messageListeners.forEach(listener -> listener.accept(message));
        return message;
    }

    // ---- the facade

    @Override
    public Self self() {
        return self;
    }

    @Override
    public synchronized CompletionStage<ContactView> addContact(String link, Optional<String> name) {
        return link.equals(LINK) ? done(contact('b', name.orElse("Bob"), ContactState.HANDSHAKING)) : failed("This is not a contact link.");
    }

    @Override
    public synchronized CompletionStage<ContactView> rename(String contact, String name) {
        return contacts.containsKey(contact) ? done(contact(contact.charAt(0), name, contacts.get(contact).state())) : unknown(contact);
    }

    @Override
    public synchronized CompletionStage<ContactView> accept(String contact) {
        return contacts.containsKey(contact)
                ? done(contact(contact.charAt(0), contacts.get(contact).name(), ContactState.HANDSHAKING)) : unknown(contact);
    }

    @Override
    public synchronized CompletionStage<List<ContactView>> contacts() {
        return done(List.copyOf(contacts.values()));
    }

    @Override
    public synchronized CompletionStage<MessageView> send(String contact, String mimeType, byte[] data) {
        if (!contacts.containsKey(contact)) {
            return unknown(contact);
        }
        return contacts.get(contact).state() == ContactState.REQUEST ? failed("Accept them first.")
                : done(keep(contact, true, mimeType, data, "waiting", "no other node is known"));
    }

    @Override
    public synchronized CompletionStage<List<MessageView>> messages(Optional<String> contact, int limit) {
        throw new AssertionError("the page asks for one conversation at a time");
    }

    @Override
    public synchronized CompletionStage<List<MessageView>> messages(String contact, OptionalLong before, int limit) {
        if (!contacts.containsKey(contact)) {
            return unknown(contact);
        }
        List<MessageView> some = messages.getOrDefault(contact, List.of()).stream()
                .filter(message -> message.number() < before.orElse(Long.MAX_VALUE)).toList();
        return done(some.subList(Math.max(0, some.size() - limit), some.size()));
    }

    @Override
    public synchronized CompletionStage<List<ChatView>> chats() {
        return done(contacts.values().stream().map(contact -> {
            List<MessageView> all = messages.getOrDefault(contact.ref(), List.of());
            return new ChatView(contact, all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1)), unread(contact.ref()));
        }).sorted(Comparator.comparingLong((ChatView chat) -> chat.last().map(MessageView::atMillis).orElse(-1L)).reversed()).toList());
    }

    @Override
    public synchronized CompletionStage<Integer> markRead(String contact, long number) {
        if (!contacts.containsKey(contact)) {
            return unknown(contact);
        }
        read.merge(contact, number, Math::max);
        return done(unread(contact));
    }

    private int unread(String contact) {
        return (int) messages.getOrDefault(contact, List.of()).stream()
                .filter(message -> !message.outgoing() && message.number() > read.getOrDefault(contact, -1L)).count();
    }

    @Override
    public Registration onMessage(Consumer<MessageView> listener) {
        messageListeners.add(listener);
        return () -> messageListeners.remove(listener);
    }

    @Override
    public Registration onContact(Consumer<ContactView> listener) {
        contactListeners.add(listener);
        return () -> contactListeners.remove(listener);
    }

    @Override
    public Status status() {
        return Status.of(State.WAITING, "no other node is known");
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static <T> CompletionStage<T> unknown(String contact) {
        return failed("There is no contact called '" + contact + "'.");
    }

    private static <T> CompletionStage<T> failed(String sentence) {
        return CompletableFuture.failedFuture(new MessagingException(sentence));
    }
}
