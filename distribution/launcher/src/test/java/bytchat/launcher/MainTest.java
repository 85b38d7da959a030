package bytchat.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = { "--help", "--version", "node --help", "ctl --help", "demo --help" })
    void helpIsEverywhere(String line) {
        assertThat(Main.run(line.split(" "))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "--nonsense", "node --nonsense", "node --hash md5", "node --reachable perhaps",
        "node --ready-timeout soon", "nonsense",
        "node --web everywhere", "node --web 0.0.0.0:8080", "node --bootstrap nowhere", "node --network open --account Alice" })
    void badUsageHasItsExitCode(String line) {
        assertThat(Main.run(line.split(" "))).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void theHashChoosesItsFeature() throws Exception {
        assertThat(properties().get("bytchat.features"))
                .isEqualTo("core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell,web");
        assertThat(properties("--hash", "sha-1").get("bytchat.features"))
                .isEqualTo("core,hash-sha1,routing,holder,mailbox-plane,direct-plane,shell,web");
        assertThat(properties("--features", "core,routing").get("bytchat.features")).isEqualTo("core,routing");
        assertThat(properties("--hash", "sha-1", "--features", "routing").get("bytchat.features"))
                .isEqualTo("core,hash-sha1,routing");
        assertThat(properties("--features", "").get("bytchat.features")).isEmpty();
    }

    @Test
    void onlyGivenOptionsOutrankTheConfiguration() throws Exception {
        assertThat(properties().get("bytchat.configuration"))
                .isEqualTo("{}");
        assertThat(properties("--hash", "sha-1", "--listen", "127.0.0.1:4000", "--network", "open", "--bootstrap", "a:1,b:2", "--reachable", "yes",
                "--account", "A \"lice\"").get("bytchat.configuration"))
                .isEqualTo("{\"bytchat.keyspace~default\":{\"listen\":\"127.0.0.1:4000\",\"hash\":\"sha-1\","
                        + "\"network\":\"open\",\"reachable\":\"yes\",\"bootstrap\":[\"a:1\",\"b:2\"]},"
                        + "\"bytchat.accounts\":{\"create\":\"A \\\"lice\\\"\"}}");
    }

    @Test
    void aNodeOfAnOpenNetworkOnlyRoutes() throws Exception {
        assertThat(properties("--network", "open").get("bytchat.features")).isEqualTo("core,hash-sha512,routing,shell");
        assertThat(properties("--network", "open", "--features", "core,holder").get("bytchat.features"))
                .isEqualTo("core,holder");
    }

    @Test
    void thePageCanBeMovedOrLeftOut() throws Exception {
        assertThat(properties("--web", "off").get("bytchat.features"))
                .isEqualTo("core,hash-sha512,routing,holder,mailbox-plane,direct-plane,shell");
        assertThat(properties("--web", "off", "--features", "core,web").get("bytchat.features")).isEqualTo("core");
        assertThat(properties("--web", "off").get("bytchat.configuration")).isEqualTo("{}");
        assertThat(properties("--web", "127.0.0.1:8080").get("bytchat.configuration"))
                .isEqualTo("{\"bytchat.ui.web\":{\"listen\":\"127.0.0.1:8080\"}}");
    }

    @Test
    void aPortAloneListensOnEveryAddress() throws Exception {
        assertThat(properties("--listen", "4000").get("bytchat.configuration"))
                .isEqualTo("{\"bytchat.keyspace~default\":{\"listen\":\"0.0.0.0:4000\"}}");
    }

    @Test
    void anAddressBehindARouterIsToldToTheKeySpace() throws Exception {
        assertThat(properties("--address", "203.0.113.7").get("bytchat.configuration"))
                .isEqualTo("{\"bytchat.keyspace~default\":{\"address\":\"203.0.113.7\"}}");
    }

    @Test
    void exitCodesDiffer() {
        assertThat(ExitCode.values()).extracting(ExitCode::code).doesNotHaveDuplicates();
    }

    private static Map<String, String> properties(String... arguments) throws LaunchException {
        NodeCommand command = new NodeCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.properties();
    }
}
