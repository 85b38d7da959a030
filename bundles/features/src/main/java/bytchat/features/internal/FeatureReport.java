package bytchat.features.internal;

import bytchat.api.features.FeatureDetails;
import bytchat.api.features.FeatureDetails.BundleInfo;
import bytchat.api.features.FeatureInfo;
import bytchat.api.status.State;
import bytchat.api.status.Status;
import bytchat.features.internal.FeatureRepository.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureConfiguration;
import org.osgi.service.feature.ID;

/** Says how a feature is. */
final class FeatureReport {
    private final FeatureStatus status;

    FeatureReport(FeatureStatus status) {
        this.status = status;
    }

    /** @param name of those that the snapshot has */
    FeatureInfo info(String name, Snapshot now) {
        Entry running = now.installed().get(name);
        if (running == null) {
            String broken = now.broken().get(name);
            Status why = broken == null ? Status.of(State.OFF, "not installed") : Status.of(State.FAILED, broken);
            Entry known = now.known().get(name);
            return known == null ? new FeatureInfo(name, "", "", false, why, List.of())
                    : new FeatureInfo(name, known.feature().getID().toString(), description(known), false, why, List.of());
        }
        List<Bundle> own = now.bundlesOf(running);
        return new FeatureInfo(name, running.feature().getID().toString(), description(running), true, status.of(own),
                own.stream().map(Bundle::getSymbolicName).toList());
    }

    /**
     * @param name   of those that the snapshot has
     * @param cutOff what its removal would cut off
     */
    FeatureDetails details(String name, Snapshot now, List<String> cutOff) {
        if (now.isLost(name)) {
            return new FeatureDetails(info(name, now), now.asked(name), "", List.of(), List.of(), Map.of(), List.of());
        }
        boolean installed = now.installed().containsKey(name);
        Entry entry = installed ? now.installed().get(name) : now.known().get(name);
        List<BundleInfo> own = new ArrayList<>();
        for (FeatureBundle one : entry.feature().getBundles()) {
            own.add(bundle(one.getID(), name, now));
        }
        return new FeatureDetails(info(name, now), now.asked(name), entry.file().toString(), own,
                entry.feature().getConfigurations().values().stream().map(FeatureConfiguration::getPid).toList(),
                installed ? status.parts(now.bundlesOf(entry)) : Map.of(), cutOff);
    }

    private static BundleInfo bundle(ID id, String feature, Snapshot now) {
        String called = Entry.bundleOf(id);
        Bundle bundle = now.running().get(called);
        List<String> sharedWith = now.users(called).stream().filter(user -> !user.equals(feature)).toList();
        return bundle == null ? new BundleInfo(id.getArtifactId(), id.getVersion(), "absent", sharedWith)
                : new BundleInfo(bundle.getSymbolicName(), bundle.getVersion().toString(), Bundles.state(bundle), sharedWith);
    }

    private static String description(Entry entry) {
        return entry.feature().getDescription().orElse("");
    }
}
