package bytchat.ui.web.internal;

import bytchat.api.env.Failures;
import bytchat.api.messaging.MessagingException;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests: who may ask first, then the API or one of the page's files. Runs on the web loop. */
final class Site {
    private static final Logger LOG = LoggerFactory.getLogger(Site.class);
    private static final String API = "/api/";
    private static final String EVENTS = "/api/v1/events";
    private static final int EVENT_ID_CHARS_MAX = 64;
    private static final String TOO_MANY = "Too many requests: try again in a moment.";

    private final Gate gate;
    private final Router router;
    private final StaticFiles files = new StaticFiles();
    private final RateLimit strangers;
    private final RateLimit changes;
    private boolean failureLogged;

    /**
     * @param strangers requests without a session
     * @param changes   requests that change something
     */
    Site(Gate gate, Router router, RateLimit strangers, RateLimit changes) {
        this.gate = gate;
        this.router = router.on("GET", EVENTS, Site::events);
        this.strangers = strangers;
        this.changes = changes;
    }

    /** Never fails; completes on any thread. */
    CompletionStage<Answer> answer(Call call) {
        CompletableFuture<Answer> result = new CompletableFuture<>();
        try {
            refused(call).<CompletionStage<? extends Answer>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> routed(call))
                    .whenComplete((answer, failure) -> result.complete(failure == null ? answer : explain(failure)));
        } catch (RuntimeException e) {
            result.complete(explain(e));
        }
        return result;
    }

    Gate gate() {
        return gate;
    }

    private Optional<Answer.Whole> refused(Call call) {
        HttpHeaders headers = call.headers();
        Optional<Answer.Whole> refusal = gate.refusal(call.method(), call.path().equals(EVENTS), headers);
        if (refusal.isPresent()) {
            return refusal;
        }
        String token = call.query().get("token");
        if (token != null && call.path().equals("/") && call.method().equals("GET")) {
            Optional<Answer.Whole> login = gate.login(token);
            if (login.isPresent()) {
                return login;
            }
        }
        boolean welcome = gate.hasSession(headers);
        if (!welcome && !strangers.take() || welcome && !call.method().equals("GET") && !changes.take()) {
            return Optional.of(Answer.error(429, TOO_MANY));
        }
        return welcome || StaticFiles.PUBLIC.contains(call.path()) ? Optional.empty()
                : Optional.of(call.path().startsWith(API)
                        ? Answer.error(401, "No session: open the address that the node prints, or that \"bytchat ctl page\" tells.")
                        : files.unauthorized());
    }

    private CompletionStage<? extends Answer> routed(Call call) {
        try {
            if (call.path().startsWith(API)) {
                return router.run(call);
            }
            if (!call.method().equals("GET")) {
                throw new ApiException(405, "Only GET can be done here.");
            }
            return CompletableFuture.completedFuture(files.get(call.path(), call.headers())
                    .orElseThrow(() -> new ApiException(404, "There is nothing at this address.")));
        } catch (ApiException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<Answer> events(Call call) throws ApiException {
        String last = call.headers().get("last-event-id");
        if (last != null && last.length() > EVENT_ID_CHARS_MAX) {
            throw new ApiException(400, "This is not an id of an event.");
        }
        return CompletableFuture.completedFuture(new Answer.Events(Optional.ofNullable(last).filter(id -> !id.isEmpty())));
    }

    /** A stage whose failures, if they are meant for people, become answers of this status. */
    static <T> CompletionStage<T> explained(CompletionStage<T> stage, ToIntFunction<Throwable> status) {
        return stage.exceptionally(failure -> {
            Throwable cause = Failures.cause(failure);
            if (cause.getMessage() == null || cause instanceof Error) {
                throw new CompletionException(cause);
            }
            throw new CompletionException(new ApiException(status.applyAsInt(cause), cause.getMessage()));
        });
    }

    /** A failure that is meant for people in words; any other goes to the log, once. */
    private Answer explain(Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof ApiException known) {
            return Answer.error(known.status(), known.getMessage());
        }
        if (cause instanceof MessagingException) {
            return Answer.error(400, cause.getMessage());
        }
        if (cause instanceof RejectedExecutionException) {
            return Answer.error(503, "The node is too busy for this now: try again.");
        }
        if (!failureLogged) {
            failureLogged = true;
            LOG.warn("a request of the page failed; further failures are not logged", cause);
        }
        return Answer.error(500, "Unexpected error: the node's log has the details.");
    }
}
