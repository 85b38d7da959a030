/**
 * What exactly a signature covers, and whether a signed record holds.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.wire.sign;
