/**
 * Accounts: who a person is on this node, and what their keys can do without ever leaving it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.account;
