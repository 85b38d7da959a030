package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.plane.DeliveryPlane;
import bytchat.api.plane.PlaneException;
import bytchat.api.plane.Planes;
import bytchat.api.status.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** There is one plane, and it is active. */
record OnePlane(DeliveryPlane plane) implements Planes {
    @Override
    public DeliveryPlane.Attachment attach(String keySpace, Account account, DeliveryPlane.Inbound inbound) {
        return plane.attach(account, inbound);
    }

    @Override
    public List<PlaneInfo> list() {
        return List.of(new PlaneInfo(plane.name(), plane.keySpace().name(), true, Role.ACTIVE, Status.ready(Map.of())));
    }

    @Override
    public CompletionStage<Void> switchTo(String name) {
        return CompletableFuture.failedFuture(new PlaneException("there is no other plane"));
    }
}
