package bytchat.ui.web.internal;

import bytchat.api.env.Failures;
import bytchat.api.messaging.MessagingException;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Contacts, conversations and messages. */
final class ChatApi {
    private static final String CONTACTS = "/api/v1/accounts/{account}/contacts";
    private static final String CONTACT = CONTACTS + "/{contact}";
    private static final String NO_CONTACT = "There is no such contact.";
    private static final int NAME_CHARS_MAX = 64;
    private static final int LINK_CHARS_MAX = 2_048;
    private static final int PAGE_MAX = 200;
    private static final long PAGE = 50;

    private final People people;
    private final Feed feed;
    private final Gate gate;

    ChatApi(People people, Feed feed, Gate gate) {
        this.people = people;
        this.feed = feed;
        this.gate = gate;
    }

    void routes(Router router) {
        router.on("GET", CONTACTS, call -> account(call).contacts()
                        .thenApply(all -> Answer.json(200, Views.list("contacts", all, Views::contact))))
                .on("POST", CONTACTS, this::add)
                .on("PATCH", CONTACT, this::rename)
                .on("POST", CONTACT + "/accept", call -> known(call, account(call).accept(contact(call)), contactAnswer(200)))
                .on("GET", "/api/v1/accounts/{account}/chats", call -> account(call).chats()
                        .thenApply(all -> Answer.json(200, Views.list("chats", all, chat -> Views.chat(call.variable("account"), chat)))))
                .on("GET", CONTACT + "/messages", this::messages)
                .on("POST", CONTACT + "/messages", this::send)
                .on("GET", CONTACT + "/messages/{number}/data", this::data)
                .on("PUT", CONTACT + "/read", this::read);
    }

    private CompletionStage<Answer> add(Call call) throws ApiException {
        JsonObject body = call.json();
        return account(call).addContact(Call.text(body, "link", LINK_CHARS_MAX), Call.optionalText(body, "name", NAME_CHARS_MAX))
                .thenApply(contactAnswer(201));
    }

    private CompletionStage<Answer> rename(Call call) throws ApiException {
        String name = Call.text(call.json(), "name", NAME_CHARS_MAX);
        return known(call, account(call).rename(contact(call), name), contactAnswer(200));
    }

    private CompletionStage<Answer> messages(Call call) throws ApiException {
        OptionalLong before = call.parameter("before", 0, Long.MAX_VALUE).map(OptionalLong::of).orElse(OptionalLong.empty());
        int limit = call.parameter("limit", 1, PAGE_MAX).orElse(PAGE).intValue();
        return known(call, account(call).messages(contact(call), before, limit), page -> {
            JsonObjectBuilder view = Views.object();
            long first = page.stream().mapToLong(MessageView::number).min().orElse(0);
            boolean more = page.size() == limit && first > 0;
            view.addAll(Views.object(Views.list("messages", page, message -> Views.message(call.variable("account"), message))));
            return Answer.json(200, (more ? view.add("earlier", first) : view.add("earlier", JsonValue.NULL)).build());
        });
    }

    private CompletionStage<Answer> send(Call call) throws ApiException {
        Messenger messenger = account(call);
        String type = call.contentType();
        byte[] data;
        if (type.equals(Call.JSON)) {
            data = Call.text(call.json(), "text", Messenger.DATA_BYTES_MAX).getBytes(StandardCharsets.UTF_8);
            type = "text/plain";
        } else if (ImageType.named(type).isPresent()) {
            data = call.body();
            if (ImageType.of(type, data).isEmpty()) {
                throw new ApiException(400, "This is not an image of the type " + type + ".");
            }
        } else {
            throw new ApiException(415, "Send JSON with a text, or a PNG, JPEG, GIF or WebP image.");
        }
        if (data.length > Messenger.DATA_BYTES_MAX) {
            throw new ApiException(413, "A message holds at most " + Messenger.DATA_BYTES_MAX + " bytes; this has " + data.length + ".");
        }
        return known(call, messenger.send(contact(call), type, data),
                message -> Answer.json(201, Views.message(call.variable("account"), message)));
    }

    private CompletionStage<Answer> data(Call call) throws ApiException {
        long number = Long.parseLong(call.variable("number"));
        return known(call, account(call).messages(contact(call), OptionalLong.of(number + 1), 1), found -> found.stream()
                .filter(message -> message.number() == number).findFirst().<Answer>map(this::content)
                .orElseGet(() -> Answer.error(404, "There is no such message.")));
    }

    private Answer content(MessageView message) {
        Optional<ImageType> image = gate.on(Defence.IMAGE_MAGIC) ? ImageType.of(message.mimeType(), message.data())
                : ImageType.named(message.mimeType());
        String name = "message-" + message.number();
        return image.map(type -> new Answer.Whole(200, type.mimeType, message.data(),
                        gate.contentHeaders("inline; filename=\"" + name + "." + type.extension + "\"")))
                .orElseGet(() -> new Answer.Whole(200, "application/octet-stream", message.data(),
                        gate.contentHeaders("attachment; filename=\"" + name + ".bin\"")));
    }

    private CompletionStage<Answer> read(Call call) throws ApiException {
        long number = Call.number(call.json(), "number");
        return known(call, account(call).markRead(contact(call), number), unread -> {
            feed.read(call.variable("account"), contact(call), number, unread);
            return Answer.nothing();
        });
    }

    private Messenger account(Call call) throws ApiException {
        return people.find(call.variable("account"))
                .orElseThrow(() -> new ApiException(404, "There is no such account on this node."));
    }

    private static String contact(Call call) {
        return call.variable("contact");
    }

    private static Function<ContactView, Answer> contactAnswer(int status) {
        return contact -> Answer.json(status, Views.contact(contact));
    }

    /** The answer; or, where it cannot be done, the messenger's sentence, unless there is no such contact at all. */
    private <T> CompletionStage<Answer> known(Call call, CompletionStage<T> asked, Function<T, Answer> answer) throws ApiException {
        Messenger messenger = account(call);
        CompletableFuture<Answer> result = new CompletableFuture<>();
        asked.thenApply(answer).whenComplete((done, failure) -> {
            if (failure == null) {
                result.complete(done);
            } else if (Failures.cause(failure) instanceof MessagingException) {
                messenger.contacts().thenApply(all -> isAmong(all, contact(call))).whenComplete((there, problem) ->
                        result.completeExceptionally(problem != null || there ? failure : new ApiException(404, NO_CONTACT)));
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private static boolean isAmong(List<ContactView> contacts, String ref) {
        return contacts.stream().anyMatch(one -> one.ref().equals(ref));
    }
}
