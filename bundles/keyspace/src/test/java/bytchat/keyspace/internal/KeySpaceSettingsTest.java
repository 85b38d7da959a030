package bytchat.keyspace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.keyspace.internal.KeySpaceSettings.Reachable;
import java.lang.annotation.Annotation;
import java.net.InetAddress;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeySpaceSettingsTest {
    @Test
    void readsAll() {
        KeySpaceSettings settings = KeySpaceSettings.of("default",
                configuration("SHA-1", "family", "[::1]:4711", "auto", "192.0.2.1:1, node.example:2",
                "[2001:db8::1]:3"));
        assertThat(settings.hash()).isEqualTo("sha-1");
        assertThat(settings.network()).contains("family");
        assertThat(settings.listen()).isEqualTo(new HostPort("::1", 4711));
        assertThat(settings.bootstrap()).extracting(HostPort::toString)
                .containsExactly("192.0.2.1:1", "node.example:2", "[2001:db8::1]:3");
        assertThat(settings.reachable()).isEqualTo(Reachable.AUTO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", ""})
    void anOpenNetworkHasNoName(String network) {
        assertThat(KeySpaceSettings.of("n", configuration("sha-1", network, "0.0.0.0:0", "no")).network()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "host", "host:", "host:-1", "host:65536", "host:x", "::1:4711", "[]:1"})
    void anAddressThatIsNoneIsSaid(String listen) {
        assertThatThrownBy(() -> KeySpaceSettings.of("n", configuration("sha-1", "", listen, "no")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("listen: '" + listen + "' is not HOST:PORT");
    }

    @ParameterizedTest
    @CsvSource({"999.1.1.1:5,is not an IP address", "node.example:0,port from 1"})
    void aBadBootstrapAddressIsSaid(String entry, String why) {
        assertThatThrownBy(() -> KeySpaceSettings.of("n", configuration("sha-1", "", "0.0.0.0:0", "no", entry)))
                .hasMessageStartingWith("bootstrap: ").hasMessageContaining(why);
    }

    @Test
    void moreThan64BootstrapAddressesAreRefused() {
        String[] many = Collections.nCopies(65, "192.0.2.1:1").toArray(String[]::new);
        assertThatThrownBy(() -> KeySpaceSettings.of("n", configuration("sha-1", "", "0.0.0.0:0", "no", many)))
                .hasMessageContaining("at most 64");
    }

    @Test
    void otherWordsAreSaidWithTheirProperty() {
        assertThatThrownBy(() -> KeySpaceSettings.of("n", configuration("sha-1", "", "0.0.0.0:0", "perhaps")))
                .hasMessage("reachable: is not auto, yes or no");
        assertThatThrownBy(() -> KeySpaceSettings.of("n", configuration("sha-1", "a b", "0.0.0.0:0", "no")))
                .hasMessageStartingWith("network: 'a b'");
    }

    @Test
    void theAddressBehindARouterIsAnIpAddress() throws Exception {
        assertThat(KeySpaceSettings.of("n", withAddress("")).address()).isEmpty();
        assertThat(KeySpaceSettings.of("n", withAddress(" 203.0.113.7 ")).address())
                .contains(InetAddress.getByName("203.0.113.7"));
        assertThat(KeySpaceSettings.of("n", withAddress("2001:db8::1")).address())
                .contains(InetAddress.getByName("2001:db8::1"));
        assertThatThrownBy(() -> KeySpaceSettings.of("n", withAddress("ana.example")))
                .hasMessage("address: 'ana.example' is not an IP address");
        assertThatThrownBy(() -> KeySpaceSettings.of("n", withAddress("203.0.113.777")))
                .hasMessage("address: '203.0.113.777' is not an IP address");
    }

    static KeySpaceSettings settings(String listen, String reachable, String... bootstrap) {
        return KeySpaceSettings.of("default", configuration("sha-512", "bytchat", listen, reachable, bootstrap));
    }

    static KeySpaceConfiguration configuration(String hash, String network, String listen, String reachable,
            String... bootstrap) {
        return configuration(hash, network, listen, reachable, "", bootstrap);
    }

    private static KeySpaceConfiguration withAddress(String address) {
        return configuration("sha-1", "open", "0.0.0.0:0", "no", address, new String[0]);
    }

    private static KeySpaceConfiguration configuration(String hash, String network, String listen, String reachable,
            String address, String[] bootstrap) {
        return new KeySpaceConfiguration() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return KeySpaceConfiguration.class;
            }

            @Override
            public String hash() {
                return hash;
            }

            @Override
            public String network() {
                return network;
            }

            @Override
            public String listen() {
                return listen;
            }

            @Override
            public String address() {
                return address;
            }

            @Override
            public String[] bootstrap() {
                return bootstrap;
            }

            @Override
            public String reachable() {
                return reachable;
            }

            @Override
            public String[] parts() {
                return new String[0];
            }
        };
    }
}
