/**
 * What the services of a holder (tracker, mailbox, meta) do alike around their own work.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.wire.holder;
