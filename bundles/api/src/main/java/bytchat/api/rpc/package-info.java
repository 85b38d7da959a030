/**
 * Requests and answers (KRPC, BEP 5) on datagrams and on links.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.rpc;
