package bytchat.itests.broken.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.env.Environment;
import bytchat.api.env.Registration;
import bytchat.api.keyspace.LocalNode;
import bytchat.api.mailbox.Envelope;
import bytchat.api.rpc.Carrier;
import bytchat.api.rpc.Request;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * A holder that lies. It takes the mailbox's methods over by registering them later: the same way in which an honest successor
 * would.
 */
@Component(service = {}, immediate = true,
        configurationPid = "bytchat.itests.broken", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BrokenConfiguration.class)
public final class BrokenHolder {
    private static final Duration LOOK_PERIOD = Duration.ofMillis(100);

    private final Mode mode;
    private final Path armedBy;
    private final Environment environment;
    private final LocalNode node;
    private final RpcEndpoint rpc;
    private final List<Registration> registrations = new ArrayList<>();
    private Registration looking;

    @Activate
    public BrokenHolder(BrokenConfiguration configuration, @Reference Environment environment, @Reference LocalNode node,
            @Reference RpcEndpoint rpc) {
        this.mode = Mode.of(configuration.mode());
        this.armedBy = Path.of(configuration.armed_by());
        this.environment = environment;
        this.node = node;
        this.rpc = rpc;
        environment.loop().execute(() -> looking = environment.loop().every(LOOK_PERIOD, this::lookWhetherArmed));
    }

    @Deactivate
    void deactivate() {
        environment.loop().execute(() -> {
            looking.close();
            registrations.forEach(Registration::close);
        });
    }

    private void lookWhetherArmed() {
        if (!Files.exists(armedBy)) {
            return;
        }
        looking.close();
        if (mode == Mode.DROP || mode == Mode.FORGE_RECEIPT) {
            registrations.add(rpc.handle("mailbox_put", Carrier.LINK, this::takeAndThrowAway));
        } else if (mode == Mode.DUPLICATE) {
            registrations.add(rpc.handle("mailbox_ack", Carrier.LINK,
                    request -> CompletableFuture.completedFuture(BDict.builder().put("buried", 1).build())));
        }
    }

    private CompletionStage<BDict> takeAndThrowAway(Request request) {
        Envelope envelope = new Envelope(request.arguments().requireDict("env"));
        BDict receipt = BDict.builder()
                .put("id", Signed.id(envelope.dict()))
                .put("to", envelope.to())
                .put("node", node.nodeKey().publicKey())
                .put("expiry", envelope.timestampMillis() + envelope.ttlSeconds() * 1000)
                .build();
        byte[] message = Signed.message(Tag.STORED, receipt);
        byte[] signature = mode == Mode.DROP ? node.nodeKey().sign(message) : Digests.sha512(message);
        return CompletableFuture.completedFuture(BDict.builder().put("receipt", Signed.with(receipt, signature)).build());
    }
}
