package bytchat.accounts.internal;

import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What becomes of two device lists of one account (protocol, section 3). The higher number wins, but two devices that make a list at the
 * same time give both the same number, or leave each other out. Lists are therefore joined: the devices of both without those that
 * either revoked. What says more than both gets a number above both, so that whoever saw either takes it. Joining is commutative,
 * associative and idempotent in what it names: however the lists travel, all devices come to name the same.
 */
final class DeviceLists {
    private DeviceLists() {
    }

    /** What a list names, in the order of the ids. */
    record Names(SortedSet<BBytes> devices, SortedSet<BBytes> revoked) {
        static Names of(DeviceList list) {
            return of(list.devices(), list.revoked());
        }

        static Names of(Collection<BBytes> devices, Collection<BBytes> revoked) {
            SortedSet<BBytes> gone = new TreeSet<>(revoked);
            SortedSet<BBytes> used = new TreeSet<>(devices);
            used.removeAll(gone);
            return new Names(used, gone);
        }

        Names join(Names other) {
            Set<BBytes> used = new TreeSet<>(devices);
            used.addAll(other.devices);
            Set<BBytes> gone = new TreeSet<>(revoked);
            gone.addAll(other.revoked);
            return of(used, gone);
        }

        Names with(BBytes device) {
            return join(of(List.of(device), List.of()));
        }
    }

    /** Of both, signed or yet to be signed: which list holds from now on. */
    sealed interface Joined {
        /** The one that is here says all that the other does. */
        record Ours() implements Joined {
        }

        /** The other says all that ours does, and has the higher number. */
        record Theirs() implements Joined {
        }

        /** Neither: one that names what both do is to be signed. */
        record Both(BDict unsigned) implements Joined {
        }
    }

    static Joined join(DeviceList ours, DeviceList theirs, long nowMillis) {
        Names mine = Names.of(ours);
        Names shown = Names.of(theirs);
        Names both = mine.join(shown);
        if (both.equals(mine) && (ours.number() >= theirs.number())) {
            return new Joined.Ours();
        }
        if (both.equals(shown) && theirs.number() > ours.number()) {
            return new Joined.Theirs();
        }
        return new Joined.Both(unsigned(ours.fingerprint(), Math.max(ours.number(), theirs.number()) + 1, both, nowMillis));
    }

    /** @throws IllegalArgumentException if these are more devices than a list holds */
    static BDict unsigned(byte[] fingerprint, long number, Names names, long nowMillis) {
        if (names.devices().size() > DeviceList.DEVICES_MAX || names.revoked().size() > DeviceList.DEVICES_MAX) {
            throw new IllegalArgumentException("the account has " + DeviceList.DEVICES_MAX
                    + " devices, or as many revoked ones, which is the limit");
        }
        return BDict.builder().put("fp", fingerprint).put("n", number).put("ts", nowMillis)
                .put("devices", new ArrayList<>(names.devices())).put("revoked", new ArrayList<>(names.revoked())).build();
    }
}
