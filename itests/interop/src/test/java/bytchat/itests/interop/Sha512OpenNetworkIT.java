package bytchat.itests.interop;

/** With ids of 64 bytes, which this client can have, too. */
class Sha512OpenNetworkIT extends BitTorrentDhtContract {
    Sha512OpenNetworkIT() {
        super("sha-512", 4);
    }
}
