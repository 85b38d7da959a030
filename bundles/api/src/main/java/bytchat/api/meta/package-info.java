/**
 * The signed name, avatar and prekeys of a user, at the holders of the meta key.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.meta;
