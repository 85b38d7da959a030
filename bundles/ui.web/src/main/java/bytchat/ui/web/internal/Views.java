package bytchat.ui.web.internal;

import bytchat.api.account.Account;
import bytchat.api.features.FeatureInfo;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import bytchat.api.messaging.Messenger.ChatView;
import bytchat.api.messaging.Messenger.ContactView;
import bytchat.api.messaging.Messenger.MessageView;
import bytchat.api.plane.Planes.PlaneInfo;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** How things are written in JSON, as {@code openapi.json} describes it. */
final class Views {
    /** Found once: looking for it takes longer than writing a message. */
    static final JsonProvider PROVIDER = JsonProvider.provider();

    private Views() {
    }

    static JsonObject error(String sentence) {
        return object().add("error", sentence).build();
    }

    static JsonObject hello(String version) {
        return object().add("version", version).build();
    }

    static JsonObject status(NodeHealth health, Collection<LocalNode> nodes) {
        JsonArrayBuilder parts = PROVIDER.createArrayBuilder();
        health.parts().forEach((name, status) -> parts.add(stated(object().add("name", name), status)));
        JsonArrayBuilder keySpaces = PROVIDER.createArrayBuilder();
        for (LocalNode node : nodes) {
            keySpaces.add(object()
                    .add("name", node.keySpace().name())
                    .add("hash", node.keySpace().hash().name())
                    .add("network", node.keySpace().network().orElse("open"))
                    .add("node_id", node.id().hex())
                    .add("endpoint", address(node.endpoint())));
        }
        return stated(object(), health.overall()).add("parts", parts).add("key_spaces", keySpaces).build();
    }

    static JsonObject account(Messenger messenger) {
        Messenger.Self self = messenger.self();
        return stated(object()
                .add("fingerprint", self.fingerprint())
                .add("name", self.name())
                .add("uid", self.uid())
                .add("device", self.deviceId())
                .add("link", self.link()), messenger.status()).build();
    }

    /** An account that nobody sends or receives for yet. */
    static JsonObject account(Account account) {
        return stated(object()
                .add("fingerprint", HexFormat.of().formatHex(account.fingerprint()))
                .add("name", account.name())
                .add("uid", "")
                .add("device", HexFormat.of().formatHex(account.deviceId()))
                .add("link", ""), Status.of(State.STARTING, "messaging is not running yet")).build();
    }

    static JsonObject contact(ContactView contact) {
        return object()
                .add("ref", contact.ref())
                .add("name", contact.name())
                .add("uid", contact.uid())
                .add("state", lower(contact.state()))
                .add("reason", contact.reason()).build();
    }

    static JsonObject chat(String account, ChatView chat) {
        return object()
                .add("contact", contact(chat.contact()))
                .add("last", chat.last().<JsonValue>map(last -> message(account, last)).orElse(JsonValue.NULL))
                .add("unread", chat.unread()).build();
    }

    static JsonObject message(String account, MessageView message) {
        Optional<String> text = text(message);
        boolean image = ImageType.of(message.mimeType(), message.data()).isPresent();
        JsonObjectBuilder view = object()
                .add("contact", message.contact())
                .add("number", message.number())
                .add("id", message.id())
                .add("direction", message.outgoing() ? "out" : "in")
                .add("kind", text.isPresent() ? "text" : image ? "image" : "file")
                .add("mime_type", message.mimeType())
                .add("bytes", message.data().length);
        text.ifPresentOrElse(t -> view.add("text", t), () -> view.add("href",
                "/api/v1/accounts/" + account + "/contacts/" + message.contact() + "/messages/" + message.number() + "/data"));
        return view.add("sent_ms", message.sentMillis())
                .add("at_ms", message.atMillis())
                .add("state", message.state())
                .add("words", words(message)).build();
    }

    /** The state and why: "waiting: no other node is known", "stored at 4 of 5", "delivered". */
    private static String words(MessageView message) {
        String state = message.state();
        String detail = message.detail();
        return detail.isEmpty() ? state : detail.startsWith(state) ? detail : state + ": " + detail;
    }

    private static Optional<String> text(MessageView message) {
        if (!message.mimeType().toLowerCase(Locale.ROOT).startsWith("text/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.data())).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty(); // not UTF-8: offered as a file
        }
    }

    static JsonObject plane(PlaneInfo plane) {
        return stated(object()
                .add("name", plane.name())
                .add("key_space", plane.keySpace())
                .add("installed", plane.installed())
                .add("role", lower(plane.role())), plane.status()).build();
    }

    static JsonObject feature(FeatureInfo feature) {
        return stated(object()
                .add("name", feature.name())
                .add("description", feature.description())
                .add("installed", feature.installed()), feature.status()).build();
    }

    /** {@code {name: [...]}}. */
    static <T> JsonObject list(String name, Collection<T> all, Function<T, JsonObject> view) {
        JsonArrayBuilder array = PROVIDER.createArrayBuilder();
        all.forEach(one -> array.add(view.apply(one)));
        return object().add(name, array).build();
    }

    static JsonObjectBuilder object() {
        return PROVIDER.createObjectBuilder();
    }

    static JsonObjectBuilder object(JsonObject of) {
        return PROVIDER.createObjectBuilder(of);
    }

    private static JsonObjectBuilder stated(JsonObjectBuilder view, Status status) {
        return view.add("state", lower(status.state())).add("reason", status.reason());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String address(InetSocketAddress address) {
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
