/**
 * Contract tests: one abstract JUnit 5 class per SPI, each test named for the rule it checks. Who writes a provider
 * subclasses the contract in its own tests.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package bytchat.tck;
