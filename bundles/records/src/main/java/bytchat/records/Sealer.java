package bytchat.records;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Seals bytes for the local disk. A seal belongs to its place: a record that was moved to another key or another store
 * does not open there. Safe for use from any thread.
 */
@ProviderType
public interface Sealer {
    /**
     * @param store name of the store the record lies in
     * @param key   the record's key there
     * @return the sealed bytes, different each time
     */
    byte[] seal(String store, byte[] key, byte[] plain);

    /**
     * @throws SealException if any bit of the sealed bytes was changed, or they were sealed for another place or with
     *         another key
     */
    byte[] open(String store, byte[] key, byte[] sealed) throws SealException;
}
