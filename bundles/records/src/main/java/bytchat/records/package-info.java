/**
 * How this node keeps records on its own disk: encoded by Kryo, inside a seal that finds every changed bit and every
 * record that lies where it was not written. Never for bytes from the network.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.records;
