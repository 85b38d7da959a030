package bytchat.api.features;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The features of this node. May be called from any thread. */
@ProviderType
public interface FeatureManager {
    /** Every feature this node knows, installed ones first, otherwise by name. */
    List<FeatureInfo> list();
}
