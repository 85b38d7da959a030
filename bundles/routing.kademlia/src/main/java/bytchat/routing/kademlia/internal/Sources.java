package bytchat.routing.kademlia.internal;

import java.net.InetSocketAddress;

/**
 * How good the nodes are that each address has named.
 *
 * <p>Threat: a liar fills lookups with nodes that do not exist, so that they use up queries and time. Answer: who has named
 * mostly such nodes is believed less: of its next lists only as large a share counts as has proved good. A dead node
 * weighs a quarter of an invented one, because honest nodes name some of those as well.
 */
final class Sources {
    private static final int QUARTERS = 4;
    /** Good ones that a stranger is credited with. */
    private static final int CREDIT = 4;
    private static final int COUNT_MAX = 0x3fff;

    private final AddressMemory scores;

    Sources(int max, long salt) {
        this.scores = new AddressMemory(max, salt);
    }

    /** It answered under its id. */
    void good(InetSocketAddress source) {
        add(source, 1, 0);
    }

    /** It did not answer. */
    void dead(InetSocketAddress source) {
        add(source, 0, 1);
    }

    /** There is another node, or the id does not fit the address. */
    void invented(InetSocketAddress source) {
        add(source, 0, QUARTERS);
    }

    private void add(InetSocketAddress source, int good, int badQuarters) {
        int score = scores.get(source, 0);
        int goods = (score >>> 16) + good;
        int bads = (score & 0xffff) + badQuarters;
        if (goods > COUNT_MAX || bads > COUNT_MAX) {
            goods /= 2;
            bads /= 2;
        }
        scores.put(source, goods << 16 | bads);
    }

    /** How much a list of this source counts, from 1 down to 0. */
    double trust(InetSocketAddress source) {
        int score = scores.get(source, 0);
        double good = CREDIT + (score >>> 16);
        return good / (good + (score & 0xffff) / (double) QUARTERS);
    }
}
