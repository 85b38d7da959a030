/**
 * How bytes reach another node: datagrams, and links that hang.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.transport;
