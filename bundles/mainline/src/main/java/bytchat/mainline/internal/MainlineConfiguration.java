package bytchat.mainline.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Bounds of the mainline part of one key space; units are in the names. */
@ObjectClassDefinition(name = "BytChat mainline", description = "The BitTorrent DHT's storage, in one key space")
@interface MainlineConfiguration {
    @AttributeDefinition(description = "Nodes that something is stored at")
    int copies() default MainlineSettings.COPIES;

    @AttributeDefinition(description = "For how many seconds a write token is given out; it is good for as long again")
    int token_time_s() default MainlineSettings.TOKEN_TIME_S;

    @AttributeDefinition(description = "Values held for others")
    int items_max() default MainlineSettings.ITEMS_MAX;

    @AttributeDefinition(description = "Values that one IPv4 address or IPv6 /64 has stored here")
    int source_items_max() default MainlineSettings.SOURCE_ITEMS_MAX;

    @AttributeDefinition(description = "For how many seconds a value is held after it was last stored")
    int item_time_s() default MainlineSettings.ITEM_TIME_S;

    @AttributeDefinition(description = "Files of which peers are held")
    int info_hashes_max() default MainlineSettings.INFO_HASHES_MAX;

    @AttributeDefinition(description = "Peers held, of all files together")
    int peers_max() default MainlineSettings.PEERS_MAX;

    @AttributeDefinition(description = "Peers held of one file")
    int info_hash_peers_max() default MainlineSettings.INFO_HASH_PEERS_MAX;

    @AttributeDefinition(description = "Peers that one IPv4 address or IPv6 /64 has announced here")
    int source_peers_max() default MainlineSettings.SOURCE_PEERS_MAX;

    @AttributeDefinition(description = "For how many seconds a peer is held after its last announcement")
    int peer_time_s() default MainlineSettings.PEER_TIME_S;

    @AttributeDefinition(description = "Peers in one answer")
    int answer_peers_max() default MainlineSettings.ANSWER_PEERS_MAX;

    @AttributeDefinition(description = "Peers that a search of this node brings")
    int found_peers_max() default MainlineSettings.FOUND_PEERS_MAX;
}
