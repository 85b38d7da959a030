package bytchat.accounts.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Files that live as long as this object, for the simulation and for tests: an object outlives a simulated restart. */
public final class MemoryAccountFiles implements AccountFiles {
    private final ConcurrentSkipListMap<String, byte[]> contents = new ConcurrentSkipListMap<>();

    @Override
    public List<String> names() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(contents.get(name)).map(byte[]::clone);
    }

    @Override
    public void write(String name, byte[] content) {
        contents.put(name, content.clone());
    }

    @Override
    public String describe(String name) {
        return "accounts/" + name;
    }
}
