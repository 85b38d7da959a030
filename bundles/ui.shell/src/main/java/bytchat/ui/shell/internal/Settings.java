package bytchat.ui.shell.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The node's configurations as an operator sees and edits them. Edits outlive restarts. */
interface Settings {
    /** Every part's configuration, by PID. */
    List<Setting> all() throws IOException;

    /** The configuration of that PID; empty if no part has one of that name. */
    Optional<Setting> of(String pid) throws IOException;

    /**
     * Puts a value in place of the one there.
     *
     * @return what was in the configuration before, for {@link #restore}; empty if there was none
     * @throws ShellException if there is no such property, or the value is none of its type; then nothing has changed
     */
    Optional<Map<String, Object>> set(String pid, String name, List<String> values) throws IOException, ShellException;

    /**
     * Takes back edits: what features and files say counts again, or else the part's own default. What binds a part to its key
     * space stays.
     *
     * @param name empty for all properties
     * @return as {@link #set} does
     */
    Optional<Map<String, Object>> reset(String pid, Optional<String> name) throws IOException, ShellException;

    /** @param before empty if there was no such configuration: then there is none again */
    void restore(String pid, Optional<Map<String, Object>> before) throws IOException;

    /** @param title what it configures, in words */
    record Setting(String pid, String title, List<Property> properties) {
    }

    /**
     * @param value       as it is set, or the default
     * @param set         whether it is set
     * @param description with unit and range, if the part tells
     */
    record Property(String name, String type, Object value, boolean set, String description) {
    }
}
