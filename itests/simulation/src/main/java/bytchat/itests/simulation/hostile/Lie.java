package bytchat.itests.simulation.hostile;

/** What a hostile node does when it is asked for the nodes nearest a key. Otherwise it behaves, and so stays in others' tables. */
public enum Lie {
    /** Nothing: it swallows the question. */
    SILENT,
    /** Names the colluders nearest the key, under their true ids: they are in the network, but nobody honest ever is named. */
    COLLUDERS,
    /** The same, each under the id nearest the key that BEP 42 allows at its address; whoever is asked answers under it. */
    PRETENDERS,
    /** Names nodes very near the key at addresses where nobody is. */
    DEAD,
    /** Names one uninvolved node under eight ids, so that everybody asks it. */
    VICTIM,
    /** Each hostile node one of the others, by its number. */
    MIXED,
    /** Honest for every key but the one that is to be censored; for that one as {@link #COLLUDERS}. */
    CENSOR;

    private static final Lie[] MIXTURE = {COLLUDERS, PRETENDERS, DEAD, SILENT, VICTIM};

    Lie of(int number) {
        return this == MIXED ? MIXTURE[number % MIXTURE.length] : this;
    }
}
