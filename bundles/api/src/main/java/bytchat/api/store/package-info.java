/**
 * What a node keeps. Stores store, services verify. Every stage completes on the event loop, and only when the change is
 * durable; it fails with {@link bytchat.api.store.StoreException}. Every record carries the name of its key space; keys and
 * ids are compared as raw bytes. Stores may be called from any thread.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.store;
