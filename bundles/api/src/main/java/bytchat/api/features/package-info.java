/**
 * Features: named groups of bundles that a node runs, and why one does not.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.features;
