/**
 * Canonical bencode, KRPC messages, compact addresses, node ids and contact links: how values become bytes. No service.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.wire;
