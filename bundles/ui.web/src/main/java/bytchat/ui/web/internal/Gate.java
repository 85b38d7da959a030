package bytchat.ui.web.internal;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who gets in, and what the browser is told.
 *
 * <p>Threats: a foreign web page that the user has open reaches loopback, by its address or by a name that was made to resolve to it (DNS
 * rebinding); another program on this machine connects; somebody's message is taken for a page or a script. Answers: Host has to name
 * this server; what changes something has to come from this page by Origin or Sec-Fetch-Site, and so does the stream of events; nothing is given
 * out without the cookie but the page that says so; a policy without inline scripts, frames or foreign sources goes with every answer.
 *
 * <p>Left open: cookies do not know ports, so a web server that another program runs on this machine gets this cookie from a browser that
 * visits it by the same host name.
 */
final class Gate {
    private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
            + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    /** For content from people: no script, no frame, no form, and no origin of its own. */
    private static final String CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
    private static final String SAME_ORIGIN = "same-origin";
    private static final String FETCH_SITE = "sec-fetch-site";

    private final Set<String> hosts;
    private final String cookie;
    private final Sessions sessions;
    private final Set<Defence> defences;

    Gate(int port, Sessions sessions, Set<Defence> defences) {
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        this.cookie = "bytchat-" + port;
        this.sessions = sessions;
        this.defences = defences;
    }

    /** Whether the request is meant for this server, and may come from where it does. */
    Optional<Answer.Whole> refusal(String method, boolean events, HttpHeaders headers) {
        List<String> named = headers.getAll(HttpHeaderNames.HOST);
        if (on(Defence.HOST) && (named.size() != 1 || !hosts.contains(named.get(0).toLowerCase(Locale.ROOT)))) {
            return Optional.of(Answer.error(421, "This server goes by another name: open the address that the node prints."));
        }
        if (on(Defence.ORIGIN) && (events || !method.equals("GET")) && !fromThisPage(headers)) {
            return Optional.of(Answer.error(403, "This did not come from the page of this node."));
        }
        return Optional.empty();
    }

    /** Browsers say where a request comes from in one of these headers or both; whoever says nothing is not one. */
    private static boolean fromThisPage(HttpHeaders headers) {
        List<String> origins = headers.getAll(HttpHeaderNames.ORIGIN);
        List<String> sites = headers.getAll(FETCH_SITE);
        boolean said = !origins.isEmpty() || !sites.isEmpty();
        return said && origins.stream().allMatch(origin -> origin.equalsIgnoreCase("http://" + headers.get(HttpHeaderNames.HOST)))
                && sites.stream().allMatch(SAME_ORIGIN::equals);
    }

    boolean hasSession(HttpHeaders headers) {
        return !on(Defence.SESSION) || headers.getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(line -> ServerCookieDecoder.STRICT.decodeAll(line).stream())
                .filter(one -> one.name().equals(cookie)).map(Cookie::value).anyMatch(sessions::isValid);
    }

    /** The answer to somebody who opened the address with the token: a cookie, and the page without the token. */
    Optional<Answer.Whole> login(String token) {
        if (!sessions.isToken(token)) {
            return Optional.empty();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("location", "/");
        headers.put("set-cookie", cookie + "=" + sessions.issue() + "; Path=/; Max-Age=" + Sessions.LIFETIME.toSeconds()
                + "; HttpOnly; SameSite=Strict");
        return Optional.of(new Answer.Whole(303, "", new byte[0], headers));
    }

    /** What every answer tells the browser; lower case names. */
    Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>();
        headers.put("cache-control", "no-store");
        headers.put("cross-origin-opener-policy", SAME_ORIGIN);
        headers.put("cross-origin-resource-policy", SAME_ORIGIN);
        headers.put("referrer-policy", "no-referrer");
        if (on(Defence.CONTENT_POLICY)) {
            headers.put("content-security-policy", PAGE_POLICY);
            headers.put("x-content-type-options", "nosniff");
            headers.put("x-frame-options", "DENY");
        }
        return headers;
    }

    /** What an answer with content from people says besides. */
    Map<String, String> contentHeaders(String disposition) {
        return on(Defence.CONTENT_POLICY)
                ? Map.of("content-disposition", disposition, "content-security-policy", CONTENT_POLICY)
                : Map.of();
    }

    boolean on(Defence defence) {
        return defences.contains(defence);
    }
}
