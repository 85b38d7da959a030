package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Pings nodes that we have only heard of, and contacts that may be gone. Who answers is heard by the table as any
 * answer is.
 *
 * <p>Threat: requests from forged addresses that make us ping a victim. Answer: a bounded number of pings is under way,
 * one for each address, and only for contacts that the table has a place for.
 */
final class Verification {
    private final RpcEndpoint rpc;
    private final int max;
    private final Consumer<Answer> onAnswer;
    private final BiConsumer<Contact, Throwable> onFailure;
    private final Set<InetSocketAddress> underWay = new HashSet<>();

    Verification(RpcEndpoint rpc, int max, Consumer<Answer> onAnswer, BiConsumer<Contact, Throwable> onFailure) {
        this.rpc = rpc;
        this.max = max;
        this.onAnswer = onAnswer;
        this.onFailure = onFailure;
    }

    /** Somebody new; forgotten if too many are being verified, since who matters will be heard of again. */
    void newcomer(Contact contact) {
        if (underWay.size() < max && underWay.add(contact.address())) {
            rpc.query(contact, Kademlia.PING, BDict.EMPTY).whenComplete((answer, failure) -> {
                underWay.remove(contact.address());
                if (failure == null) {
                    onAnswer.accept(answer);
                } else {
                    onFailure.accept(contact, failure);
                }
            });
        }
    }

    /** One whose place is wanted. A single lost datagram must not cost it the place, so it is asked until bad. */
    void check(TableNode node, int attempts) {
        if (node.beginCheck()) {
            attempt(node, attempts);
        }
    }

    private void attempt(TableNode node, int attempts) {
        rpc.query(node.contact(), Kademlia.PING, BDict.EMPTY).whenComplete((answer, failure) -> {
            if (failure == null) {
                node.endCheck();
                onAnswer.accept(answer);
                return;
            }
            onFailure.accept(node.contact(), failure);
            if (attempts > 1) {
                attempt(node, attempts - 1);
            } else {
                node.endCheck();
            }
        });
    }
}
