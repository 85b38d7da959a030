package bytchat.keyspace.internal;

import bytchat.api.hash.HashAlgorithm;
import bytchat.api.keyspace.KeySpace;
import java.util.Optional;

/** A key space as configured. */
record NamedKeySpace(String name, HashAlgorithm hash, Optional<String> network) implements KeySpace {
}
