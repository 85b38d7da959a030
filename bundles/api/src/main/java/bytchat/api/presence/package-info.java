/**
 * The client side of the trackers: announce this device, find somebody's devices.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.presence;
