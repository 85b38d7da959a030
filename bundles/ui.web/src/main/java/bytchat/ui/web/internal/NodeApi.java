package bytchat.ui.web.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.messaging.Messenger;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The node, its accounts, its planes and features. */
final class NodeApi {
    private static final int NAME_CHARS_MAX = 64;
    /** How long a new account's messenger may take; the account is there without. */
    private static final Duration MESSENGER_WAIT = Duration.ofSeconds(10);

    private final Node node;
    private final People people;

    NodeApi(Node node, People people) {
        this.node = node;
        this.people = people;
    }

    void routes(Router router) {
        router.on("GET", "/api/v1/openapi.json", call -> done(description()))
                .on("GET", "/api/v1/status", call -> done(Answer.json(200, need(status(), "telemetry", "core"))))
                .on("GET", "/api/v1/accounts", call -> done(Answer.json(200, accounts())))
                .on("POST", "/api/v1/accounts", this::create)
                .on("GET", "/api/v1/accounts/{account}/link.svg", this::linkCode)
                .on("GET", "/api/v1/planes", call -> done(Answer.json(200, list(planesService()))))
                .on("PUT", "/api/v1/planes/active", this::switchPlane)
                .on("GET", "/api/v1/features", call -> done(Answer.json(200, Views.list("features",
                        need(node.features(), "the feature manager", "core").list(), Views::feature))));
    }

    Optional<JsonObject> status() {
        return node.health().map(health -> Views.status(health, node.localNodes()));
    }

    Optional<JsonObject> planes() {
        return node.planes().map(NodeApi::list);
    }

    /** With messenger or without, by name. */
    JsonObject accounts() {
        List<JsonObject> all = new ArrayList<>(people.all().stream().map(Views::account).toList());
        Set<String> known = all.stream().map(one -> one.getString("fingerprint")).collect(Collectors.toSet());
        node.accounts().map(Accounts::unlocked).orElse(List.of()).stream().map(Views::account)
                .filter(one -> !known.contains(one.getString("fingerprint"))).forEach(all::add);
        return Views.list("accounts", all, one -> one);
    }

    private CompletionStage<Answer> create(Call call) throws ApiException {
        String name = Call.text(call.json(), "name", NAME_CHARS_MAX);
        CompletionStage<Account> made = need(node.accounts(), "the keeper of accounts", "mailbox-plane").create(name);
        return Site.explained(made, failure -> failure instanceof IllegalArgumentException ? 400 : 503)
                .thenCompose(account -> {
                    String fingerprint = HexFormat.of().formatHex(account.fingerprint());
                    // asking it something waits until it has read its records, of which there are none yet
                    CompletableFuture<Optional<Messenger>> messenger = people.await(fingerprint)
                            .thenCompose(one -> one.contacts().thenApply(none -> Optional.of(one))).toCompletableFuture();
                    return messenger.completeOnTimeout(Optional.empty(), MESSENGER_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                            .thenApply(there -> Answer.json(201,
                                    there.map(Views::account).orElseGet(() -> Views.account(account))));
                });
    }

    private CompletionStage<Answer> linkCode(Call call) throws ApiException {
        String link = people.find(call.variable("account")).map(one -> one.self().link())
                .orElseThrow(() -> new ApiException(404, "There is no such account on this node."));
        if (link.isEmpty()) {
            throw new ApiException(503, "The node has no key space yet, so there is no link.");
        }
        return done(new Answer.Whole(200, "image/svg+xml", QrCode.svg(link).getBytes(StandardCharsets.UTF_8), Map.of()));
    }

    private CompletionStage<Answer> switchPlane(Call call) throws ApiException {
        String name = Call.text(call.json(), "name", NAME_CHARS_MAX);
        Planes planes = planesService();
        return Site.explained(planes.switchTo(name), failure -> failure instanceof PlaneException ? 409 : 503)
                .thenApply(x -> Answer.json(200, list(planes)));
    }

    private Planes planesService() throws ApiException {
        return need(node.planes(), "the choice of planes", "mailbox-plane");
    }

    private static JsonObject list(Planes planes) {
        return Views.list("planes", planes.list(), Views::plane);
    }

    private static Answer description() {
        try (InputStream in = NodeApi.class.getResourceAsStream("/openapi.json")) {
            return new Answer.Whole(200, Call.JSON, in.readAllBytes(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T need(Optional<T> service, String part, String feature) throws ApiException {
        return service.orElseThrow(() -> new ApiException(503,
                "This needs " + part + ", which is not running; it comes with the feature " + feature + "."));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
