/**
 * The facade of every user interface: contacts, conversations, messages and their states.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.messaging;
