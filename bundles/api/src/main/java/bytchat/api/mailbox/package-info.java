/**
 * Messages that wait for someone who is away: envelopes, store receipts, acknowledgements.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.mailbox;
