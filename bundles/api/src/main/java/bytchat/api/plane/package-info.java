/**
 * Delivery planes: the ways an envelope gets from device to device.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.plane;
