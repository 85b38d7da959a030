package bytchat.rpc.internal;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * What keeps a liar out, each with a name so that a test can switch it off and show the attack. The DS component uses
 * {@link #ALL}.
 *
 * @param answerFromAskedAddress an answer counts only from the address that was asked, so that guessing is not enough
 * @param idOfAskedNode          another id than the one asked is not the node that was meant
 * @param proofOnLinks           an id on a link must be one that the proven node key may have
 * @param sameNetwork            nodes of other networks are neither served nor believed
 * @param amplificationLimit     answers to unproven addresses are small, so that a forged source buys little
 * @param requestLimits          floods of requests are dropped
 * @param answersApart           answers to queries of ours do not count as requests, so that a flood does not deafen us
 * @param errorLimit             floods of questions that are answered with an error are answered now and then only
 * @param silenceToAnswers       what answers is never answered, so that two nodes cannot be set upon each other
 * @param onceUnshared           a link that its dialler will close is used by nobody else
 * @param usefulLinksStay        a flood of links pushes out those that asked nothing, not those in use
 */
public record RpcDefences(
        boolean answerFromAskedAddress,
        boolean idOfAskedNode,
        boolean proofOnLinks,
        boolean sameNetwork,
        boolean amplificationLimit,
        boolean requestLimits,
        boolean answersApart,
        boolean errorLimit,
        boolean silenceToAnswers,
        boolean onceUnshared,
        boolean usefulLinksStay) {
    public static final RpcDefences ALL = without("");

    /** All but the one of this name; all if there is none of this name. For tests. */
    public static RpcDefences without(String name) {
        RecordComponent[] components = RpcDefences.class.getRecordComponents();
        Object[] values = Arrays.stream(components).map(component -> !component.getName().equals(name)).toArray();
        Class<?>[] types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return RpcDefences.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record has its canonical constructor", e);
        }
    }
}
