package bytchat.ui.web.internal;

import bytchat.api.account.Accounts;
import bytchat.api.features.FeatureManager;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.plane.Planes;
import bytchat.api.status.NodeHealth;
import java.util.List;
import java.util.Optional;

/** The services of the node as they are now; each may come and go. May be called from any thread. */
public interface Node {
    Optional<NodeHealth> health();

    Optional<Accounts> accounts();

    Optional<Planes> planes();

    Optional<FeatureManager> features();

    List<LocalNode> localNodes();
}
