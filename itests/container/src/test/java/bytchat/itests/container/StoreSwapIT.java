package bytchat.itests.container;

import static bytchat.itests.container.Chatter.get;
import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.features.InUse;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.messaging.Messenger;
import bytchat.api.store.Stores;
import bytchat.api.store.Stores.Kind;
import bytchat.api.store.Stores.Moved;
import bytchat.api.store.Stores.StoreInfo;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Stores are swapped under two people who go on talking, with a third node that holds their mail. */
class StoreSwapIT {
    private static final String FEATURES = "core,hash-sha512,routing,holder,mailbox-plane,store-memory";
    private static final int ROUNDS = 10;
    private static final String XODUS = "bytchat.store.xodus";

    @TempDir
    Path directory;

    @Test
    void mailboxAndChatStoresGoToMemoryAndBackAndNothingIsLostOrShownTwice() throws Exception {
        try (TestNode holder = node("holder", Map.of());
                TestNode a = node("a", Map.of("bootstrap", address(holder)));
                TestNode b = node("b", Map.of("bootstrap", address(holder)))) {
            Messenger alice = Chatter.person(a, "alice");
            Messenger bob = Chatter.person(b, "bob");
            Chatter.introduce(alice, bob);
            List<Moved> moves = new ArrayList<>();
            try (Chatter chatter = Chatter.between(alice, bob, Duration.ofMillis(100))) {
                for (int round = 0; round < ROUNDS; round++) {
                    for (String store : List.of("memory", "xodus")) {
                        for (TestNode node : List.of(holder, a, b)) {
                            moves.add(get(stores(node).switchTo(Kind.MAILBOX, store)));
                            moves.add(get(stores(node).switchTo(Kind.CHAT, store)));
                        }
                    }
                }
                for (TestNode node : List.of(holder, a, b)) {
                    moves.add(get(stores(node).switchTo(Kind.TRACKER, "memory")));
                    moves.add(get(stores(node).switchTo(Kind.META, "memory")));
                }
                chatter.assertAllHeardOnce();
                System.out.println("store swaps: " + moves.size() + " moves of " + moves.stream().mapToLong(Moved::items).sum()
                        + " items under " + chatter.said() + " messages; writes waited at most "
                        + moves.stream().mapToLong(moved -> moved.held().toMillis()).max().orElseThrow() + " ms; took at most "
                        + moves.stream().mapToLong(moved -> moved.took().toMillis()).max().orElseThrow() + " ms");
            }
            Await.until("delivered receipts: " + Chatter.states(alice), Chatter.PATIENCE,
                    () -> !Chatter.states(alice).contains("stored") && !Chatter.states(alice).contains("waiting"));
        }
    }

    /** Memory forgets, disk does not: and where the records lie is known after a restart. */
    @Test
    void aNodeThatRestartsGoesOnWithTheStoreItHad() throws Exception {
        String name;
        try (TestNode a = node("a", Map.of())) {
            name = Chatter.person(a, "alice").self().fingerprint();
            get(stores(a).switchTo(Kind.MAILBOX, "memory"));
        }
        try (TestNode a = node("a", Map.of())) {
            assertThat(Chatter.messenger(a).self().fingerprint()).isEqualTo(name);
            StoreInfo mailbox = active(a, Kind.MAILBOX);
            assertThat(mailbox.name()).isEqualTo("memory");
            assertThat(mailbox.status().reason()).contains("gone when the node stops");
            assertThat(active(a, Kind.CHAT).name()).isEqualTo("xodus");
        }
    }

    @Test
    void theBundleOfAStoreThatServesNothingCanBeRemovedAndItsClassLoaderIsCollected() throws Exception {
        try (TestNode node = node("a", Map.of())) {
            Chatter.person(node, "alice");
            Bundle xodus = bundle(node, XODUS);
            assertThat(inUse(node, XODUS)).hasSize(4)
                    .anySatisfy(sentence -> assertThat(sentence).contains("chat").contains("store switch chat memory"));
            for (Kind kind : Kind.values()) {
                get(stores(node).switchTo(kind, "memory"));
            }
            assertThat(inUse(node, XODUS)).isEmpty();

            String location = xodus.getLocation();
            WeakReference<ClassLoader> loader = new WeakReference<>(xodus.adapt(BundleWiring.class).getClassLoader());
            xodus.uninstall();
            refresh(node);
            xodus = null;
            Await.until("class loader of the removed bundle to be collected", Duration.ofSeconds(20), () -> {
                System.gc();
                return loader.get() == null;
            });

            node.context().installBundle(location).start();
            for (Kind kind : Kind.values()) {
                Await.until("store xodus of " + kind, TestNode.PATIENCE, () -> stores(node).list().stream()
                        .anyMatch(store -> store.kind() == kind && store.name().equals("xodus")));
                get(stores(node).switchTo(kind, "xodus"));
            }
            assertThat(get(node.service(Messenger.class).contacts())).isEmpty();
            assertThat(active(node, Kind.CHAT).status().facts()).containsEntry("store", "xodus");
        }
    }

    /** A store's bundle is replaced while it serves: calls wait, and nothing fails. */
    @Test
    void theBundleOfTheActiveStoreIsUpdatedUnderTraffic() throws Exception {
        try (TestNode a = node("a", Map.of()); TestNode b = node("b", Map.of("bootstrap", address(a)))) {
            Messenger alice = Chatter.person(a, "alice");
            Messenger bob = Chatter.person(b, "bob");
            Chatter.introduce(alice, bob);
            try (Chatter chatter = Chatter.between(alice, bob, Duration.ofMillis(100))) {
                for (int round = 0; round < 3; round++) {
                    Bundle xodus = bundle(a, XODUS);
                    xodus.update();
                    refresh(a);
                    Await.until("xodus to serve again", TestNode.PATIENCE,
                            () -> active(a, Kind.CHAT).status().state() == bytchat.api.status.State.READY);
                }
                chatter.assertAllHeardOnce();
            }
        }
    }

    private TestNode node(String name, Map<String, String> properties) throws Exception {
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.put("reachable", "yes");
        TestNode node = TestNode.start(directory.resolve(name), FEATURES, TestNode.keySpace(all));
        node.awaitReady();
        return node;
    }

    private static String address(TestNode node) throws Exception {
        return "127.0.0.1:" + node.service(LocalNode.class).listen().getPort();
    }

    private static Stores stores(TestNode node) throws Exception {
        return node.service(Stores.class);
    }

    private static StoreInfo active(TestNode node, Kind kind) throws Exception {
        return stores(node).list().stream().filter(store -> store.kind() == kind && store.active()).findFirst().orElseThrow();
    }

    private static List<String> inUse(TestNode node, String bundle) throws Exception {
        List<String> sentences = new ArrayList<>();
        for (ServiceReference<InUse> reference : node.context().getServiceReferences(InUse.class, null)) {
            if (reference.getBundle().getSymbolicName().equals("bytchat.stores")) {
                sentences.addAll(node.context().getService(reference).cutOffBy(Set.of(bundle)));
            }
        }
        return sentences;
    }

    private static Bundle bundle(TestNode node, String name) {
        return Arrays.stream(node.context().getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst()
                .orElseThrow();
    }

    private static void refresh(TestNode node) throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        node.context().getBundle(0).adapt(FrameworkWiring.class).refreshBundles(null, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        assertThat(refreshed.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
