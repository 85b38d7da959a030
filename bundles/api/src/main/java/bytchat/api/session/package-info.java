/**
 * Session suites: how two people's handshakes become keys, and keys become sealed messages.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.session;
