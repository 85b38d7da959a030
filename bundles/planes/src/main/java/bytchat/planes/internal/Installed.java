package bytchat.planes.internal;

import bytchat.api.plane.DeliveryPlane;

/**
 * A plane that is there.
 *
 * @param bundle symbolic name of the bundle it comes from
 */
record Installed(DeliveryPlane plane, String name, String keySpace, String bundle) {
    Installed(DeliveryPlane plane, String bundle) {
        this(plane, plane.name(), plane.keySpace().name(), bundle);
    }
}
