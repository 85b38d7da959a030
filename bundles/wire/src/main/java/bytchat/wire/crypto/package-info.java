/**
 * The primitives of protocol version 1, on Bouncy Castle's lightweight API: raw keys in, raw bytes out. Randomness is
 * passed in.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.wire.crypto;
