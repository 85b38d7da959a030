package bytchat.stores.internal;

/**
 * What keeps a move from losing or reviving records; each can be left out in the test that shows what it is for.
 *
 * @param followChanges what is written while records are copied is copied again
 * @param holdWrites    writes wait while the last changes are copied and the other store takes over
 * @param emptyFirst    the store that is moved to is emptied first: what lies in it is from an earlier time
 */
record Safeguards(boolean followChanges, boolean holdWrites, boolean emptyFirst) {
    static final Safeguards ALL = new Safeguards(true, true, true);
}
