package bytchat.ui.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
    /** Bytes that a browser loads before the page can be used. */
    private static final long PAGE_BYTES_MAX = 250 * 1024;

    private TestPage page;

    @BeforeEach
    void start() throws Exception {
        page = new TestPage();
    }

    @AfterEach
    void stop() {
        page.close();
    }

    @Test
    void filesAreCompressedAndNotSentAgain() throws Exception {
        HttpResponse<byte[]> plain = page.get("/");
        assertThat(plain.statusCode()).isEqualTo(200);
        assertThat(plain.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        HttpResponse<byte[]> zipped = page.send("GET", "/", new byte[0], Map.of("accept-encoding", "gzip, deflate"));
        assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes()).isEqualTo(plain.body());
        String tag = plain.headers().firstValue("etag").orElseThrow();
        HttpResponse<byte[]> same = page.send("GET", "/", new byte[0], Map.of("if-none-match", tag));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(page.send("GET", "/", new byte[0], Map.of("if-none-match", "\"other\"")).statusCode()).isEqualTo(200);
        assertThat(page.send("POST", "/", new byte[1], Map.of()).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../openapi.json", "/%2e%2e/openapi.json", "/./index.html", "//index.html", "/lib/", "/lib", "/..%2fopenapi.json",
        "/index.html%00.js", "/.hidden", "/openapi.json", "/bytchat/ui/web/internal/Gate.class"})
    void nothingElseOfTheBundleIsServed(String path) throws Exception {
        assertThat(page.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void everyFileHasATypeAndTheWholePageIsSmall() throws Exception {
        Path web = Path.of(StaticFiles.class.getResource("/web/index.html").toURI()).getParent();
        List<String> files;
        try (Stream<Path> all = Files.walk(web)) {
            files = all.filter(Files::isRegularFile).map(file -> "/" + web.relativize(file)).toList();
        }
        assertThat(files).contains("/index.html", StaticFiles.UNAUTHORIZED).containsAll(StaticFiles.PUBLIC);
        long bytes = 0;
        for (String file : files) {
            HttpResponse<byte[]> answer = page.send("GET", file, new byte[0], Map.of("accept-encoding", "gzip"));
            assertThat(answer.statusCode()).as(file).isEqualTo(200);
            bytes += answer.body().length;
        }
        assertThat(bytes).isLessThan(PAGE_BYTES_MAX);
    }

    /** The policy forbids them, so the page would not work: no script or style between the lines. */
    @Test
    void nothingIsInline() throws Exception {
        for (String file : List.of("/index.html", StaticFiles.UNAUTHORIZED)) {
            String html = new String(page.get(file).body(), StandardCharsets.UTF_8);
            assertThat(html).doesNotContainPattern("<script(?![^>]*src=)").doesNotContain("<style").doesNotContainPattern("\\son\\w+=")
                    .doesNotContain(" style=");
        }
    }
}
