/**
 * Bencode values (BEP 3): what every datagram, frame and signed record is made of. The codec lives in {@code bytchat.wire}.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.bencode;
