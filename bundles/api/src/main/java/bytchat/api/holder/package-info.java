/**
 * The nodes that hold a key: the five nearest that have proven themselves on a link, and what they ask before they serve.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.holder;
