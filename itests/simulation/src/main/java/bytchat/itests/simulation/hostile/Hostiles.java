package bytchat.itests.simulation.hostile;

import bytchat.api.keyspace.Contact;
import bytchat.api.keyspace.Key;
import bytchat.api.keyspace.KeySpace;
import bytchat.api.transport.DatagramTransport;
import bytchat.wire.NodeIds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What hostile nodes share: they all know each other, and every name they give is made here. Ids fit their addresses as BEP 42
 * asks, because other ones would not be followed.
 */
public final class Hostiles {
    static final int NAMED = 8;
    /** Address and prefix pairs to choose invented contacts from: 16 bits nearer than chance. */
    private static final int INVENTIONS = 1 << 16;
    /** The bits that BEP 42 ties to the address. */
    private static final int TIED_BITS = 21;
    private static final int PREFIXES = 8;

    private final Lie lie;
    private final KeySpace keySpace;
    private final Map<InetSocketAddress, Contact> members = new LinkedHashMap<>();
    /** The first bytes of the eight ids that an address may have. */
    private final Map<InetSocketAddress, byte[][]> prefixes = new HashMap<>();
    private final Random chance;
    private long[] inventions = {};
    private InetSocketAddress victim;
    private Optional<Key> censored = Optional.empty();
    private Lie lastLie;
    private Key lastTarget;
    private List<Contact> lastNames = List.of();

    /**
     * @param lie  what all of them do
     * @param seed of the little chance there is in it
     */
    public Hostiles(Lie lie, KeySpace keySpace, long seed) {
        this.lie = lie;
        this.keySpace = keySpace;
        this.chance = new Random(seed);
    }

    /**
     * Makes the node that is built on the result one of them.
     *
     * @param self its true id, at its address
     */
    public DatagramTransport wrap(DatagramTransport wire, Contact self) {
        LyingTransport lying = new LyingTransport(wire, this, lie.of(members.size()), keySpace.network(), self);
        add(self);
        return lying;
    }

    private void add(Contact member) {
        members.put(member.address(), member);
        prefixes.computeIfAbsent(member.address(), this::allPrefixes);
    }

    private byte[][] allPrefixes(InetSocketAddress address) {
        byte[][] all = new byte[PREFIXES][];
        for (int r = 0; r < PREFIXES; r++) {
            all[r] = prefix(address.getAddress(), r);
        }
        return all;
    }

    /** The id nearest the key that BEP 42 allows at the address. */
    Key fitting(InetSocketAddress address, Key key) {
        prefixes.computeIfAbsent(address, this::allPrefixes);
        return pretending(address, key).id();
    }

    /** The uninvolved one of {@link Lie#VICTIM}. */
    public void victim(InetSocketAddress address) {
        victim = address;
    }

    /** The key of {@link Lie#CENSOR}. */
    public void censor(Key key) {
        censored = Optional.of(key);
    }

    public boolean contains(InetSocketAddress address) {
        return members.containsKey(address);
    }

    /** Whether a link to this contact would prove its id. */
    public boolean isTrueIdOf(Contact contact) {
        return contact.equals(members.get(contact.address()));
    }

    /** What to say; empty for the truth. */
    Optional<List<Contact>> names(Lie how, Key target) {
        return switch (how) {
            case COLLUDERS -> Optional.of(nearest(how, target));
            case CENSOR -> censored.filter(target::equals).map(key -> nearest(how, key));
            case PRETENDERS -> Optional.of(nearest(how, target));
            case DEAD -> Optional.of(invented(target));
            case VICTIM -> Optional.of(victims(target));
            case SILENT, MIXED -> throw new IllegalArgumentException(how + " names nobody");
        };
    }

    /** Remembered until another key is asked for: one lookup asks many of us. */
    private List<Contact> nearest(Lie how, Key target) {
        if (!target.equals(lastTarget) || how != lastLie) {
            lastTarget = target;
            lastLie = how;
            lastNames = members.values().stream()
                    .map(member -> how == Lie.PRETENDERS ? pretending(member.address(), target) : member)
                    .sorted((a, b) -> target.compareDistance(a.id(), b.id()))
                    .limit(NAMED)
                    .toList();
        }
        return lastNames;
    }

    /** The id nearest the target that fits the address. */
    Contact pretending(InetSocketAddress address, Key target) {
        Key best = null;
        byte[][] all = prefixes.get(address);
        for (int r = 0; r < PREFIXES; r++) {
            Key id = withPrefix(target, all[r], r);
            if (best == null || target.compareDistance(id, best) < 0) {
                best = id;
            }
        }
        return new Contact(best, address);
    }

    /** The target's own bits wherever the address leaves them free. */
    private static Key withPrefix(Key target, byte[] prefix, int r) {
        byte[] id = target.toArray();
        id[0] = prefix[0];
        id[1] = prefix[1];
        id[2] = (byte) (prefix[2] & 0xf8 | id[2] & 0x07);
        id[id.length - 1] = (byte) (id[id.length - 1] & 0xf8 | r);
        return Key.of(id);
    }

    private byte[] prefix(InetAddress address, int r) {
        return Arrays.copyOf(NodeIds.derive(keySpace, new byte[32], address, r).unsafeArray(), 3);
    }

    /** Eight of the 64 nearest places where nobody is, so that liars do not repeat each other. */
    private List<Contact> invented(Key target) {
        if (inventions.length == 0) {
            inventions = inventAll();
        }
        byte[] id = target.unsafeArray();
        int wanted = (id[0] & 0xff) << 13 | (id[1] & 0xff) << 5 | (id[2] & 0xff) >> 3;
        int at = Arrays.binarySearch(inventions, (long) wanted << 40);
        at = Math.max(0, Math.min(inventions.length - 64, (at < 0 ? ~at : at) - 32));
        List<Contact> named = new ArrayList<>();
        for (int i = 0; i < NAMED; i++) {
            long invention = inventions[at + i * 8 + chance.nextInt(8)];
            InetAddress address = address((int) (invention >>> 8));
            int r = (int) invention & 7;
            named.add(new Contact(withPrefix(target, prefix(address, r), r), new InetSocketAddress(address, 4_000)));
        }
        return named;
    }

    /** In ascending order: 21 bits of prefix, 32 of address, 8 of r. */
    private long[] inventAll() {
        long[] all = new long[INVENTIONS];
        for (int i = 0; i < INVENTIONS; i++) {
            // 198.18.0.0/15, where no host of the simulation is
            int address = 198 << 24 | 18 << 16 | i * 2;
            int r = chance.nextInt(PREFIXES);
            byte[] prefix = prefix(address(address), r);
            long bits = (prefix[0] & 0xffL) << 13 | (prefix[1] & 0xffL) << 5 | (prefix[2] & 0xffL) >> 3;
            all[i] = bits << 40 | (address & 0xffffffffL) << 8 | r;
        }
        Arrays.sort(all);
        return all;
    }

    private List<Contact> victims(Key target) {
        List<Contact> named = new ArrayList<>();
        for (int r = 0; r < PREFIXES; r++) {
            named.add(new Contact(withPrefix(target, prefix(victim.getAddress(), r), r), victim));
        }
        return named;
    }

    private static InetAddress address(int bits) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 bytes are always an address", impossible);
        }
    }
}
