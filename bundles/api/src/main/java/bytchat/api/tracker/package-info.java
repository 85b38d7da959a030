/**
 * Where a user's devices are: challenge, bind_tracker and find_user at the holders of the UID.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.tracker;
