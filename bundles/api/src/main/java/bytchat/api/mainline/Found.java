package bytchat.api.mainline;

import bytchat.api.keyspace.Key;
import bytchat.api.routing.LookupResult;
import java.util.Optional;

/**
 * What a search brought.
 *
 * @param target where it was looked for
 * @param value  empty if nobody who was asked had it
 * @param lookup the way there: how it ended, and what it took
 */
public record Found<T>(Key target, Optional<T> value, LookupResult lookup) {
}
