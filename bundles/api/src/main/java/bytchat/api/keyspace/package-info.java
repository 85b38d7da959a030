/**
 * Keys, their XOR distance (Kademlia, Maymounkov and Mazières 2002), key spaces, and this node's identity in them.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.keyspace;
