package bytchat.features.internal;

import bytchat.features.internal.FeatureRepository.Entry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.ID;

/**
 * Which features there are and what runs; never changed, only replaced.
 *
 * @param requested names that the launcher asked for
 * @param forRun    whether that was by {@code --features}, for this run only
 * @param running   by what {@link Entry#bundleOf} calls it
 * @param broken    what should run and cannot, with the reason
 */
record Snapshot(List<String> requested, boolean forRun, Choices choices, Map<String, Entry> known, Map<String,
        Entry> installed, Map<String, ID> plan,
        Map<String, Bundle> running, Map<String, String> broken) {
    /** Every feature that there is or ought to be. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(known.keySet());
        names.addAll(broken.keySet());
        return names;
    }

    List<Bundle> bundlesOf(Entry entry) {
        return entry.feature().getBundles().stream().map(FeatureBundle::getID).map(Entry::bundleOf).map(running::get)
                .filter(Objects::nonNull).toList();
    }

    /** Whether it was installed from a file, and the copy cannot be used. */
    boolean isLost(String name) {
        return broken.containsKey(name) && !known.containsKey(name);
    }

    String owner(Bundle bundle) {
        return installed.values().stream().filter(entry -> bundlesOf(entry).contains(bundle)).findFirst()
                .map(entry -> "the feature " + entry.name())
                .orElse("the kernel");
    }

    /** The installed features that name a bundle, by what {@link Entry#bundleOf} calls it. */
    List<String> users(String bundle) {
        return installed.values().stream().filter(entry -> entry.feature().getBundles().stream()
                .anyMatch(one -> Entry.bundleOf(one.getID())
                .equals(bundle))).map(Entry::name).toList();
    }

    /** Who wants a feature, or does not, in words. */
    String asked(String name) {
        boolean isRequested = requested.contains(name);
        String time = choices.installed().get(name);
        String from = choices.files().containsKey(name) ? " from " + choices.files().get(name) : "";
        if (installed.containsKey(name)) {
            return time != null ? "installed while the node ran, on " + time + from
                    : forRun ? "asked for by --features, for this run only"
                    : "one of the features that a node has by default";
        }
        if (choices.removed().containsKey(name)) {
            return "removed while the node ran, on " + choices.removed().get(name);
        }
        return forRun && time != null ? "installed while the node ran, on " + time + from
                + ", but not among --features, which hold for this run"
                : isRequested ? "one of the features that a node has by default" : "nobody asked for it";
    }
}
