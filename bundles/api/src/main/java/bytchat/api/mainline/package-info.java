/**
 * What the public BitTorrent DHT keeps: who has a file (BEP 5), and small values (BEP 44). Optional; messaging does without.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.mainline;
