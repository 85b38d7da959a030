package bytchat.messaging.internal;

import bytchat.api.account.Account;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.env.Environment;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Verifier;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What every part of an account's messaging works with. */
final class Core {
    final Account account;
    final BBytes fingerprint;
    final Environment environment;
    final Ledger ledger;
    final Suites suites;
    final Verifier verifier;
    volatile MessagingSettings settings;
    final Counts counts = new Counts();
    private final Set<Defence> defences;
    private volatile Network network = Network.NONE;

    Core(Account account, Environment environment, Ledger ledger, Suites suites, SignatureCheck check, MessagingSettings settings,
            Set<Defence> defences) {
        this.account = account;
        this.fingerprint = BBytes.of(account.fingerprint());
        this.environment = environment;
        this.ledger = ledger;
        this.suites = suites;
        this.verifier = new Verifier(check, environment.clock());
        this.settings = settings;
        this.defences = defences;
    }

    boolean defends(Defence against) {
        return defences.contains(against);
    }

    Network network() {
        return network;
    }

    void network(Network changed) {
        network = changed;
    }

    /** @throws IllegalStateException if there is none now; where envelopes come and go there is */
    KeySpace keySpace() {
        return network.keySpace().orElseThrow(() -> new IllegalStateException("there is no key space"));
    }

    Key uid() {
        return keySpace().uid(account.publicKey());
    }

    /** Whether the account has other devices in use, which may hold what this one lacks. */
    boolean hasSiblings() {
        DeviceList list = account.credentials().devices();
        BBytes self = BBytes.of(account.deviceId());
        return list.devices().stream().anyMatch(device -> !device.equals(self) && !list.revoked().contains(device));
    }

    long now() {
        return environment.clock().millis();
    }

    long nanos() {
        return environment.clock().nanoTime();
    }

    /** Asks the network, and takes what never answers for a failure. */
    <T> CompletionStage<T> patiently(Supplier<? extends CompletionStage<T>> question) {
        return Stages.within(environment.loop(), MessagingSettings.ANSWER_TIMEOUT, Stages.call(question));
    }

    <T> CompletionStage<T> work(Callable<T> work) {
        return environment.workers().submit(work);
    }
}
