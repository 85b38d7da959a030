package bytchat.api.bencode;

/** A bencode value (BEP 3). Values are immutable and compare by content. */
public sealed interface BValue permits BInteger, BBytes, BList, BDict {
}
