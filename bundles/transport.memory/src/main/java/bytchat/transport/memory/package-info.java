/**
 * The simulated network: hosts with a virtual clock, loop, workers and randomness, joined by datagrams and links, all
 * on one thread. The same seed gives the same run. For tests and experiments.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.transport.memory;
