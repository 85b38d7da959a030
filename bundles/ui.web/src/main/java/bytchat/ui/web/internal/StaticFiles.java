package bytchat.ui.web.internal;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The page's own files, out of the bundle's folder {@code web}. Each is read and compressed when it is first asked for, then kept: there are
 * as many as the bundle has. A browser asks each time whether its copy is still the same, which loopback answers at once. Used on one thread.
 */
final class StaticFiles {
    /** Without a session only these: the page that says how to get one, and what it looks like. */
    static final Set<String> PUBLIC = Set.of("/style.css", "/icon.svg");
    static final String UNAUTHORIZED = "/unauthorized.html";
    private static final String INDEX = "/index.html";
    /** No dot begins a name, so no path leads out of the folder. */
    private static final Pattern NAME = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2",
            "json", "application/json",
            "LICENSE", "text/plain; charset=utf-8");

    private final Map<String, File> files = new HashMap<>();

    /** A file's answer, if there is one of that path. */
    Optional<Answer.Whole> get(String path, HttpHeaders headers) {
        return file(path.equals("/") ? INDEX : path).map(file -> {
            if (headers.getAll(HttpHeaderNames.IF_NONE_MATCH).contains(file.tag)) {
                return new Answer.Whole(304, "", new byte[0], file.headers(false));
            }
            boolean zipped = file.zipped.isPresent() && headers.getAll(HttpHeaderNames.ACCEPT_ENCODING).stream()
                    .anyMatch(line -> line.contains("gzip"));
            return new Answer.Whole(200, file.type, zipped ? file.zipped.get() : file.bytes, file.headers(zipped));
        });
    }

    /** What somebody without a session sees. */
    Answer.Whole unauthorized() {
        byte[] body = file(UNAUTHORIZED).map(File::bytes).orElseGet(() -> new byte[0]);
        return new Answer.Whole(401, TYPES.get("html"), body, Map.of());
    }

    private Optional<File> file(String path) {
        if (!NAME.matcher(path).matches()) {
            return Optional.empty();
        }
        File known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        try (InputStream in = type == null ? null : StaticFiles.class.getResourceAsStream("/web" + path)) {
            if (in == null) {
                return Optional.empty();
            }
            File file = File.of(type, in.readAllBytes());
            files.put(path, file);
            return Optional.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record File(String type, byte[] bytes, Optional<byte[]> zipped, String tag) {
        static File of(String type, byte[] bytes) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(bytes);
            }
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new File(type, bytes, Optional.of(out.toByteArray()).filter(zipped -> zipped.length < bytes.length),
                        "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        Map<String, String> headers(boolean zipped) {
            Map<String, String> headers = new HashMap<>();
            headers.put("cache-control", "no-cache");
            headers.put("etag", tag);
            headers.put("vary", "accept-encoding");
            if (zipped) {
                headers.put("content-encoding", "gzip");
            }
            return headers;
        }
    }
}
