/**
 * Everything nondeterministic that protocol code may use: clock, event loop, worker pool, randomness. The seeded
 * simulation gives a virtual one, so the same classes run in both.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.api.env;
