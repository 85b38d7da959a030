package bytchat.ui.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.status.NodeHealth;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.ui.shell.internal.FakeNode.Said;
import bytchat.ui.shell.internal.Settings.Property;
import bytchat.ui.shell.internal.Settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConfigCommandsTest {
    private final FakeNode node = new FakeNode();
    private final List<String> done = new ArrayList<>();
    private Status part = Status.ready(Map.of());
    private Status afterEdit = part;

    ConfigCommandsTest() {
        node.put(NodeHealth.class, FakeNode.answering(NodeHealth.class, Map.of("parts", none -> Map.of("rpc~default", part))));
        node.put(Settings.class, new Settings() {
            private final Setting setting = new Setting("bytchat.rpc~default", "BytChat RPC",
                    List.of(new Property("timeout.ms", "integer", 5, true, "ms"), new Property("hosts", "text, any number of",
                            new String[] {"a", "b"}, false, "names")));

            @Override
            public List<Setting> all() {
                return List.of(setting);
            }

            @Override
            public Optional<Setting> of(String pid) {
                return pid.equals(setting.pid()) ? Optional.of(setting) : Optional.empty();
            }

            @Override
            public Optional<Map<String, Object>> set(String pid, String name, List<String> values) {
                done.add("set " + name + values);
                part = afterEdit;
                return Optional.of(Map.of("timeout.ms", 5));
            }

            @Override
            public Optional<Map<String, Object>> reset(String pid, Optional<String> name) {
                done.add("reset " + name.orElse("all"));
                return Optional.empty();
            }

            @Override
            public void restore(String pid, Optional<Map<String, Object>> before) {
                done.add("restore " + before);
            }
        });
    }

    @Test
    void listShowsWhatIsSetAndGetShowsTheRest() {
        assertThat(node.run("config", "list").out()).contains("bytchat.rpc~default", "timeout.ms=5").doesNotContain("hosts");
        assertThat(node.run("config", "get", "bytchat.rpc~default").out()).contains("hosts", "a, b", "default", "names");
        assertThat(node.run("config", "get", "nonsense").err()).contains("no part has a configuration nonsense");
    }

    @Test
    void setTakesSeveralValues() {
        assertThat(node.run("config", "set", "bytchat.rpc~default", "hosts", "c", "d").code()).isEqualTo(Shell.DONE);
        assertThat(done).containsExactly("set hosts[c, d]");
        assertThat(node.run("config", "set", "bytchat.rpc~default", "hosts").code()).isEqualTo(Shell.USAGE);
    }

    @Test
    void anEditThatAPartFailsByIsTakenBack() {
        afterEdit = Status.of(State.FAILED, "could not start: the timeout is too short");
        Said said = node.run("config", "set", "bytchat.rpc~default", "timeout.ms", "1");
        assertThat(said.code()).isEqualTo(Shell.FAILED);
        assertThat(said.err()).contains("rpc~default cannot work so (could not start: the timeout is too short): everything is as it was");
        assertThat(done).containsExactly("set timeout.ms[1]", "restore Optional[{timeout.ms=5}]");
    }

    @Test
    void resetTakesOneOrAll() {
        node.run("config", "reset", "bytchat.rpc~default", "hosts");
        node.run("config", "reset", "bytchat.rpc~default");
        assertThat(done).containsExactly("reset hosts", "reset all");
    }

    /** As the feature manager writes what it applied. */
    @Test
    void appliedValuesAreRead() throws Exception {
        assertThat(Types.described("a", "String sha-512")).isEqualTo("sha-512");
        assertThat(Types.described("a", "String ")).isEqualTo("");
        assertThat(Types.described("a", "Integer 5")).isEqualTo(5);
        assertThat(Types.described("a", "Long 5")).isEqualTo(5L);
        assertThat(Types.described("a", "Boolean true")).isEqualTo(true);
        assertThat((String[]) Types.described("a", "String[][x:1, y:2]")).containsExactly("x:1", "y:2");
        assertThat((String[]) Types.described("a", "String[][]")).isEmpty();
        assertThatThrownBy(() -> Types.described("a", "list[1, 2]")).isInstanceOf(ShellException.class);
    }

    @Test
    void aValueOfAnotherTypeIsRefusedInWords() {
        assertThatThrownBy(() -> Types.of((Object) 5).parse("port", List.of("many"))).hasMessage("\"many\" will not do for port: it wants integer");
        assertThatThrownBy(() -> Types.of((Object) true).parse("on", List.of("perhaps"))).hasMessageContaining("yes or no");
        assertThatThrownBy(() -> Types.of((Object) 5).parse("port", List.of("1", "2"))).hasMessage("port takes one value, not 2");
    }
}
