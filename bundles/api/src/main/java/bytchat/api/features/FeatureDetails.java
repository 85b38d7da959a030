package bytchat.api.features;

import bytchat.api.status.Status;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a feature.
 *
 * @param asked          who wants it, or does not: the defaults, an option of the command line, the operator and when
 * @param source         the file it is described in
 * @param bundles        its bundles in the order of the file
 * @param configurations PIDs that it brings defaults for
 * @param parts          status of each of its parts, empty if it is not installed
 * @param cutOff         what its removal would cut off now, a sentence each
 */
public record FeatureDetails(FeatureInfo feature, String asked, String source, List<BundleInfo> bundles,
        List<String> configurations,
        Map<String, Status> parts, List<String> cutOff) {
    public FeatureDetails {
        bundles = List.copyOf(bundles);
        configurations = List.copyOf(configurations);
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        cutOff = List.copyOf(cutOff);
    }

    /**
     * A bundle of a feature.
     *
     * @param version    as its manifest has it
     * @param state      in the words of the OSGi Core, lower case; {@code absent} if it is not installed
     * @param sharedWith other installed features that name it: it stays when this feature goes
     */
    public record BundleInfo(String symbolicName, String version, String state, List<String> sharedWith) {
        public BundleInfo {
            sharedWith = List.copyOf(sharedWith);
        }
    }
}
