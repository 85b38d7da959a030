/**
 * Finding the nodes nearest a key, and of those the ones that hold it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.routing;
