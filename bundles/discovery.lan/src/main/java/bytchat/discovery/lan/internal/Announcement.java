package bytchat.discovery.lan.internal;

import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BencodeException;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.wire.Bencode;
import java.util.Optional;

/**
 * What a node says of itself in the local network: key space, network, port, id. Canonical bencode:
 * {@code d4:hash7:sha-5122:id64:…2:nw7:bytchat4:porti6881e1:vi1ee}, at most {@value #BYTES_MAX} bytes.
 *
 * @param hash    the hash's name
 * @param network empty for an open one
 * @param port    for datagrams and links, at the address that the datagram came from
 */
record Announcement(String hash, Optional<String> network, int port, Key id) {
    static final int BYTES_MAX = 512;
    private static final int VERSION = 1;
    private static final int PORT_MAX = 65_535;

    boolean isFor(KeySpace keySpace) {
        return hash.equals(keySpace.hash().name()) && network.equals(keySpace.network()) && id.bits() == keySpace.bits();
    }

    byte[] encode() {
        BDict.Builder dictionary = BDict.builder().put("hash", hash).put("id", id.unsafeArray()).put("port", port).put("v", VERSION);
        network.ifPresent(name -> dictionary.put("nw", name));
        return Bencode.encode(dictionary.build());
    }

    /** @throws BencodeException if it is anything else; keys that are not known are read over */
    static Announcement decode(byte[] datagram) {
        BDict dictionary = Bencode.decodeDict(datagram, BYTES_MAX);
        long port = dictionary.requireInteger("port");
        byte[] id = dictionary.requireBytes("id");
        if (dictionary.requireInteger("v") != VERSION || port < 1 || port > PORT_MAX || id.length == 0) {
            throw new BencodeException("no announcement of version " + VERSION);
        }
        return new Announcement(dictionary.requireText("hash"), dictionary.text("nw"), (int) port, Key.of(id));
    }
}
