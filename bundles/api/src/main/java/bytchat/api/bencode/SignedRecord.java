package bytchat.api.bencode;

/**
 * A typed view of a signed dictionary. The dictionary is what was received, unknown keys included, and is what the
 * signature covers: views never rebuild it. Who makes one has checked types and lengths, not the signature.
 */
public interface SignedRecord {
    /** The whole dictionary, {@code sig} included. */
    BDict dict();

    /** The signature. */
    default byte[] sig() {
        return dict().requireBytes("sig");
    }
}
