package bytchat.ui.web.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.env.Clock;
import bytchat.api.features.FeatureInfo;
import bytchat.api.features.FeatureManager;
import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger.ContactState;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A page's server on loopback, before a node that does what the test says, and a browser that is logged in. */
final class TestPage implements AutoCloseable {
    static {
        // before the client's classes are loaded: tests send what browsers would not
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection,content-length");
    }

    static final String ACCOUNT = ScriptedMessenger.ref('a');
    static final byte[] KEY = new byte[Sessions.KEY_BYTES];
    static final String JSON = "application/json";

    final HttpClient client = HttpClient.newHttpClient();
    final ScriptedMessenger messenger = new ScriptedMessenger("Alice", 'a');
    final ScriptedNode node = new ScriptedNode();
    final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    final PageServer server;
    final String origin;
    String cookie = "";

    TestPage() throws IOException, InterruptedException {
        this(EnumSet.noneOf(Defence.class), bounds(64, 16, 1_000, 1_000));
    }

    static TestPage without(Defence defence) throws IOException, InterruptedException {
        return new TestPage(EnumSet.of(defence), bounds(64, 16, 1_000, 1_000));
    }

    TestPage(Set<Defence> without, PageSettings settings) throws IOException, InterruptedException {
        server = new PageServer(node, settings, KEY, clock(), new SecureRandom(), "1", EnumSet.complementOf(EnumSet.copyOf(without)));
        node.server = server;
        server.add(messenger);
        origin = "http://127.0.0.1:" + server.address().getPort();
        login();
    }

    static PageSettings bounds(int connections, int streams, int changesPerSecond, int strangersPerSecond) {
        return new PageSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), connections, streams, changesPerSecond,
                strangersPerSecond);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant now() {
                return Instant.ofEpochMilli(millis.get());
            }

            @Override
            public long nanoTime() {
                return millis.get() * 1_000_000;
            }
        };
    }

    private void login() throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(server.launchAddress())).build(), BodyHandlers.ofString());
        cookie = answer.headers().firstValue("set-cookie").map(line -> line.substring(0, line.indexOf(';'))).orElse("");
    }

    /** With what a browser sends from this page; null removes a header. */
    HttpResponse<byte[]> send(String method, String path, byte[] body, Map<String, String> headers) throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers), BodyHandlers.ofByteArray());
    }

    HttpRequest request(String method, String path, byte[] body, Map<String, String> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("cookie", cookie);
        all.put("sec-fetch-site", "same-origin");
        if (!method.equals("GET")) {
            all.put("origin", origin);
        }
        all.putAll(headers);
        BodyPublisher publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).method(method, publisher).timeout(Duration.ofSeconds(20));
        all.forEach((name, value) -> {
            if (value != null) {
                request.header(name, value);
            }
        });
        return request.build();
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0], Map.of());
    }

    HttpResponse<byte[]> sendJson(String method, String path, String json) throws IOException, InterruptedException {
        return send(method, path, json.getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.of("content-type", JSON));
    }

    /** A connected contact whose ref is of these digits. */
    String contact(char digit) {
        return "/api/v1/accounts/" + ACCOUNT + "/contacts/" + messenger.contact(digit, "Contact " + digit, ContactState.CONNECTED).ref();
    }

    @Override
    public void close() {
        server.close();
    }

    /** A node with two planes, one feature and as many accounts as are made. */
    static final class ScriptedNode implements Node {
        PageServer server;
        final Map<String, Status> parts = new LinkedHashMap<>(Map.of("rpc~default", Status.of(State.READY, "")));
        final List<Account> accounts = new ArrayList<>();
        boolean empty;
        private String active = "mailbox";

        @Override
        public Optional<NodeHealth> health() {
            return service(new NodeHealth() {
                @Override
                public Status overall() {
                    return Status.of(State.WAITING, "no other node is known");
                }

                @Override
                public Map<String, Status> parts() {
                    return parts;
                }

                @Override
                public CompletionStage<Void> ready() {
                    return CompletableFuture.completedFuture(null);
                }
            });
        }

        @Override
        public Optional<Accounts> accounts() {
            return service(answering(Accounts.class, Map.of("unlocked", arguments -> List.copyOf(accounts),
                    "create", arguments -> create((String) arguments[0]))));
        }

        private CompletionStage<Account> create(String name) {
            if (name.isBlank()) {
                return CompletableFuture.failedFuture(new IllegalArgumentException("A name has 1 to 64 characters."));
            }
            char digit = (char) ('c' + accounts.size());
            byte[] fingerprint = HexFormat.of().parseHex(ScriptedMessenger.ref(digit));
            Account account = answering(Account.class, Map.of("name", arguments -> name, "fingerprint", arguments -> fingerprint,
                    "deviceId", arguments -> new byte[32]));
            accounts.add(account);
            server.add(new ScriptedMessenger(name, digit));
            return CompletableFuture.completedFuture(account);
        }

        @Override
        public Optional<Planes> planes() {
            return service(new Planes() {
                @Override
                public DeliveryPlane.Attachment attach(String keySpace, Account account, DeliveryPlane.Inbound inbound) {
                    throw new AssertionError("the page attaches nothing");
                }

                @Override
                public List<PlaneInfo> list() {
                    return List.of("mailbox", "direct").stream().map(name -> new PlaneInfo(name, "default", true,
                            name.equals(active) ? Role.ACTIVE : Role.RECEIVING, Status.of(State.READY, ""))).toList();
                }

                @Override
                public CompletionStage<Void> switchTo(String name) {
                    if (!List.of("mailbox", "direct").contains(name)) {
                        return CompletableFuture.failedFuture(new PlaneException("The plane " + name + " is not installed."));
                    }
                    active = name;
                    return CompletableFuture.completedFuture(null);
                }
            });
        }

        @Override
        public Optional<FeatureManager> features() {
            return service(answering(FeatureManager.class, Map.of("list", arguments -> List.of(new FeatureInfo("web", "g:web:1", "The page.",
                    true, Status.of(State.READY, ""), List.of("bytchat.ui.web"))))));
        }

        @Override
        public List<LocalNode> localNodes() {
            HashAlgorithm hash = answering(HashAlgorithm.class, Map.of("name", arguments -> "sha-1"));
            KeySpace keySpace = answering(KeySpace.class, Map.of("name", arguments -> "default", "hash", arguments -> hash,
                    "network", arguments -> Optional.of("bytchat")));
            return List.of(answering(LocalNode.class, Map.of("keySpace", arguments -> keySpace,
                    "id", arguments -> Key.of(new byte[20]),
                    "endpoint", arguments -> new InetSocketAddress("127.0.0.1", 6881))));
        }

        private <T> Optional<T> service(T service) {
            return Optional.of(service).filter(there -> !empty);
        }

        /** A service of which only some methods matter; any other fails the test. */
        private static <T> T answering(Class<T> type, Map<String, Function<Object[], Object>> answers) {
            Map<String, Function<Object[], Object>> known = new HashMap<>(answers);
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                Function<Object[], Object> answer = known.get(method.getName());
                if (answer == null) {
                    throw new AssertionError("unexpected call of " + method);
                }
                return answer.apply(arguments);
            }));
        }
    }
}
