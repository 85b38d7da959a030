package bytchat.itests.interop;

/** As the public network does it: ids of 20 bytes. */
class Sha1OpenNetworkIT extends BitTorrentDhtContract {
    Sha1OpenNetworkIT() {
        super("sha-1", 8);
    }
}
