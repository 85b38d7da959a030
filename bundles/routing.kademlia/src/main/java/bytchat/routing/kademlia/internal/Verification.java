package bytchat.routing.kademlia.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.rpc.RpcEndpoint;
import bytchat.api.rpc.RpcEndpoint.Answer;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Pings nodes that we have only heard of, and asks contacts that may be gone. Who answers is heard by the table as any
 * answer is.
 *
 * <p>Threat: requests from forged addresses that make us ping a victim. Answer: a bounded number of pings is under way,
 * one for each address, and only for contacts that the table has a place for.
 */
final class Verification {
    private final RpcEndpoint rpc;
    private final Referrals referrals;
    private final int max;
    private final Consumer<Answer> onAnswer;
    private final BiConsumer<Contact, Throwable> onFailure;
    private final Consumer<Contact> onReferral;
    private final Set<InetSocketAddress> underWay = new HashSet<>();

    /** @param onReferral hears of those whom a contact names */
    Verification(
            RpcEndpoint rpc,
            Referrals referrals,
            int max,
            Consumer<Answer> onAnswer,
            BiConsumer<Contact, Throwable> onFailure,
            Consumer<Contact> onReferral) {
        this.rpc = rpc;
        this.referrals = referrals;
        this.max = max;
        this.onAnswer = onAnswer;
        this.onFailure = onFailure;
        this.onReferral = onReferral;
    }

    /** Whether as many newcomers are being verified as may be. */
    boolean full() {
        return underWay.size() >= max;
    }

    /** Somebody new; forgotten if too many are being verified, since who matters will be heard of again. */
    void newcomer(Contact contact) {
        if (!full() && underWay.add(contact.address())) {
            rpc.query(contact, Kademlia.PING, BDict.EMPTY)
                    .whenComplete((answer, failure) -> verified(contact, answer, failure));
        }
    }

    /** Somebody new, where hardly anybody is known: asked for others near a key at once. */
    void newcomer(Contact contact, Key target) {
        if (!full() && underWay.add(contact.address())) {
            rpc.query(contact, Kademlia.FIND_NODE, referrals.question(target)).whenComplete((answer, failure) -> {
                verified(contact, answer, failure);
                refer(answer);
            });
        }
    }

    private void verified(Contact contact, Answer answer, Throwable failure) {
        underWay.remove(contact.address());
        if (failure == null) {
            onAnswer.accept(answer);
        } else {
            onFailure.accept(contact, failure);
        }
    }

    private void refer(Answer answerOrNull) {
        if (answerOrNull != null) {
            referrals.in(answerOrNull.result(), answerOrNull.from().address()).forEach(onReferral);
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

    /**
     * One that was silent for long is asked whom it knows near a key, which costs no more than a ping and may bring
     * others for the same bucket.
     */
    void ask(TableNode node, Key target) {
        if (!node.beginCheck()) {
            return;
        }
        rpc.query(node.contact(), Kademlia.FIND_NODE, referrals.question(target)).whenComplete((answer, failure) -> {
            node.endCheck();
            if (failure == null) {
                onAnswer.accept(answer);
            } else {
                onFailure.accept(node.contact(), failure);
            }
            refer(answer);
        });
    }
}
