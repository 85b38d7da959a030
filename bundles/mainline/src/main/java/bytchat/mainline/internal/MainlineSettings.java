package bytchat.mainline.internal;

import java.time.Duration;

/**
 * Every bound of the mainline part.
 *
 * @param copies              nodes that something is stored at, the nearest ones
 * @param tokenTime           how long a write token is given out; it is good for as long again
 * @param itemsMax            values held for others
 * @param sourceItemsMax      of those, stored by one source: an IPv4 address, or an IPv6 /64
 * @param itemTime            a value is held for so long after it was last stored
 * @param infoHashesMax       files of which peers are held
 * @param peersMax            peers held, of all files together
 * @param infoHashPeersMax    peers held of one file
 * @param sourcePeersMax      peers held that one source announced
 * @param peerTime            a peer is held for so long after its last announcement
 * @param answerPeersMax      peers in one answer
 * @param foundPeersMax       peers that a search brings
 */
record MainlineSettings(
        int copies,
        Duration tokenTime,
        int itemsMax,
        int sourceItemsMax,
        Duration itemTime,
        int infoHashesMax,
        int peersMax,
        int infoHashPeersMax,
        int sourcePeersMax,
        Duration peerTime,
        int answerPeersMax,
        int foundPeersMax) {

    static final int COPIES = 8;
    static final int TOKEN_TIME_S = 300;
    static final int ITEMS_MAX = 8_192;
    static final int SOURCE_ITEMS_MAX = 256;
    static final int ITEM_TIME_S = 7_200;
    static final int INFO_HASHES_MAX = 4_096;
    static final int PEERS_MAX = 32_768;
    static final int INFO_HASH_PEERS_MAX = 500;
    static final int SOURCE_PEERS_MAX = 256;
    static final int PEER_TIME_S = 1_800;
    static final int ANSWER_PEERS_MAX = 50;
    static final int FOUND_PEERS_MAX = 1_000;

    static final MainlineSettings DEFAULTS = new MainlineSettings(
            COPIES,
            Duration.ofSeconds(TOKEN_TIME_S),
            ITEMS_MAX,
            SOURCE_ITEMS_MAX,
            Duration.ofSeconds(ITEM_TIME_S),
            INFO_HASHES_MAX,
            PEERS_MAX,
            INFO_HASH_PEERS_MAX,
            SOURCE_PEERS_MAX,
            Duration.ofSeconds(PEER_TIME_S),
            ANSWER_PEERS_MAX,
            FOUND_PEERS_MAX);

    MainlineSettings {
        requirePositive(copies, itemsMax, sourceItemsMax, infoHashesMax, peersMax, infoHashPeersMax, sourcePeersMax,
                answerPeersMax, foundPeersMax);
        requirePositive(tokenTime.toMillis(), itemTime.toMillis(), peerTime.toMillis());
    }

    private static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException("every bound of bytchat.mainline must be above 0, one is " + value);
            }
        }
    }
}
