package bytchat.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bytchat.api.account.Account;
import bytchat.api.account.Accounts;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.wire.Bencode;
import bytchat.wire.sign.SignatureCheck;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import bytchat.wire.sign.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One person on several nodes: what an export holds, what an import makes, and how device lists come together. */
class SeveralDevicesTest {
    private static final byte[] WORDS = "correct horse battery staple".getBytes(StandardCharsets.UTF_8);

    private final AccountsFixture first = new AccountsFixture();
    private final AccountsFixture second = new AccountsFixture(8);

    private byte[] exported(Account account) {
        return first.await(first.accounts.exportAccount(account.fingerprint(), WORDS));
    }

    private Account imported(AccountsFixture node, byte[] file) {
        return node.await(node.accounts.importAccount(file, WORDS));
    }

    private static BBytes id(Account account) {
        return BBytes.of(account.deviceId());
    }

    private static List<BBytes> devices(Account account) {
        return account.credentials().devices().devices();
    }

    @Test
    void anImportMakesANewDeviceOfTheSamePerson() {
        Account ada = first.create("Ada");
        Account there = imported(second, exported(ada));

        assertThat(there.fingerprint()).isEqualTo(ada.fingerprint());
        assertThat(there.name()).isEqualTo("Ada");
        assertThat(there.deviceId()).isNotEqualTo(ada.deviceId());
        assertThat(there.credentials().certificate()).isNotEqualTo(ada.credentials().certificate());
        assertThat(there.prekeys()).isNotEqualTo(ada.prekeys());
        assertThat(there.credentials().devices().number()).isEqualTo(2);
        assertThat(devices(there)).containsExactlyInAnyOrder(id(ada), id(there));
        Verifier verifier = new Verifier(SignatureCheck.BOUNCY_CASTLE, second.host.environment().clock());
        assertThat(verifier.credentials(there.credentials())).isEmpty();
        assertThat(second.added).containsExactly((LocalAccount) there);
    }

    @Test
    void theNewDeviceOutlivesARestart() {
        Account there = imported(second, exported(first.create("Ada")));
        second.start();

        assertThat(second.accounts.unlocked()).hasSize(1);
        assertThat(second.accounts.unlocked().get(0).credentials()).isEqualTo(there.credentials());
    }

    @Test
    void anExportHoldsNoDeviceKeyAndNoPrekey() {
        LocalAccount ada = (LocalAccount) first.create("Ada");
        BDict inside = ExportFile.open(exported(ada), WORDS);

        assertThat(inside.entries().keySet()).extracting(BBytes::utf8)
                .containsExactly("avatar", "devices", "key", "name", "private");
        assertThat(exported(ada)).hasSizeLessThan(Accounts.EXPORT_BYTES_MAX);
    }

    @Test
    void anotherPassphraseOpensNothingAndChangesNothing() {
        byte[] file = exported(first.create("Ada"));

        assertThatThrownBy(() -> second.await(second.accounts.importAccount(file, "another one".getBytes(StandardCharsets.UTF_8))))
                .hasRootCauseInstanceOf(IllegalArgumentException.class).hasRootCauseMessage("the passphrase does not open this file");
        assertThat(second.accounts.unlocked()).isEmpty();
        assertThat(second.files.names()).isEmpty();
    }

    @Test
    void everyChangedByteIsNoticed() {
        byte[] file = exported(first.create("Ada"));
        for (int at = 0; at < file.length; at += 37) {
            byte[] damaged = file.clone();
            damaged[at] ^= 1;
            assertThatThrownBy(() -> ExportFile.open(damaged, WORDS)).as("byte %d", at)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("damaged");
        }
    }

    /** Who repairs the sum of a changed file meets the seal. */
    @Test
    void aForgedHeaderIsRefusedByTheSealAndBounded() {
        BDict outer = Bencode.decodeDict(exported(first.create("Ada")), Accounts.EXPORT_BYTES_MAX);

        assertThatThrownBy(() -> ExportFile.open(resummed(outer.with().put("passes", 2).build()), WORDS))
                .hasMessage("the passphrase does not open this file");
        assertThatThrownBy(() -> ExportFile.open(resummed(outer.with().put("mem", 1L << 40).build()), WORDS))
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> ExportFile.open(resummed(outer.with().put("v", 2).build()), WORDS))
                .hasMessageContaining("newer BytChat (version 2)");
    }

    private static byte[] resummed(BDict outer) {
        BDict boxed = outer.without("sum");
        return Bencode.encode(boxed.with()
                .put("sum", bytchat.wire.crypto.Digests.sha512_256(Bencode.encode(boxed))).build());
    }

    @Test
    void anAccountThatIsHereAlreadyStaysAsItIs() {
        Account ada = first.create("Ada");
        byte[] file = exported(ada);
        BDict before = ada.credentials().dict();

        assertThatThrownBy(() -> imported(first, file)).hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause().hasMessageContaining("here already");
        assertThat(ada.credentials().dict()).isEqualTo(before);
        assertThat(first.accounts.unlocked()).hasSize(1);
    }

    @Test
    void aFullDiskLeavesNoHalfAccount() {
        byte[] file = exported(first.create("Ada"));
        second.files.full = true;

        assertThatThrownBy(() -> imported(second, file)).hasRootCauseInstanceOf(IOException.class);
        assertThat(second.accounts.unlocked()).isEmpty();
        second.files.full = false;
        assertThat(devices(imported(second, file))).hasSize(2);
    }

    @Test
    void aShortPassphraseIsRefused() {
        Account ada = first.create("Ada");

        assertThatThrownBy(() -> first.await(first.accounts.exportAccount(ada.fingerprint(), new byte[7])))
                .rootCause().hasMessageContaining("8 to 1024 bytes");
    }

    // ---- lists

    @Test
    void theOlderDeviceTakesTheNewerList() {
        Account ada = first.create("Ada");
        Account there = imported(second, exported(ada));

        assertThat(first.await(ada.adopt(there.credentials().devices()))).isTrue();
        assertThat(ada.credentials().devices()).isEqualTo(there.credentials().devices());
        assertThat(first.changed).containsExactly((LocalAccount) ada);
        assertThat(first.await(ada.adopt(there.credentials().devices()))).as("again").isFalse();
        first.start();
        assertThat(devices(first.accounts.unlocked().get(0))).as("on disk").hasSize(2);
    }

    @Test
    void anOlderListChangesNothing() {
        Account ada = first.create("Ada");
        DeviceList old = ada.credentials().devices();
        Account there = imported(second, exported(ada));

        assertThat(second.await(there.adopt(old))).isFalse();
        assertThat(there.credentials().devices().number()).isEqualTo(2);
    }

    @Test
    void twoImportsAtTheSameTimeComeTogether() {
        Account one = first.create("Ada");
        byte[] file = exported(one);
        Account two = imported(second, file);
        AccountsFixture thirdNode = new AccountsFixture(9);
        Account three = imported(thirdNode, file);
        assertThat(two.credentials().devices().number()).isEqualTo(three.credentials().devices().number());

        assertThat(second.await(two.adopt(three.credentials().devices()))).isTrue();
        assertThat(two.credentials().devices().number()).as("above both").isEqualTo(3);
        assertThat(thirdNode.await(three.adopt(two.credentials().devices()))).isTrue();
        assertThat(first.await(one.adopt(three.credentials().devices()))).isTrue();
        for (Account each : List.of(one, two, three)) {
            assertThat(devices(each)).containsExactlyInAnyOrder(id(one), id(two), id(three));
            assertThat(each.credentials().devices().number()).isEqualTo(3);
        }
    }

    @Test
    void bothSidesJoiningAtOnceAgreeWithoutAnotherRound() {
        Account one = first.create("Ada");
        byte[] file = exported(one);
        Account two = imported(second, file);
        AccountsFixture thirdNode = new AccountsFixture(9);
        Account three = imported(thirdNode, file);
        DeviceList ofTwo = two.credentials().devices();
        DeviceList ofThree = three.credentials().devices();

        second.await(two.adopt(ofThree));
        thirdNode.await(three.adopt(ofTwo));
        assertThat(second.await(two.adopt(three.credentials().devices()))).isFalse();
        assertThat(thirdNode.await(three.adopt(two.credentials().devices()))).isFalse();
        assertThat(devices(two)).isEqualTo(devices(three));
    }

    @Test
    void aListOfSomebodyElseIsRefused() {
        Account ada = first.create("Ada");
        Account eve = first.create("Eve");
        DeviceList forged = new DeviceList(ada.credentials().devices().dict().with().put("n", 9).build());

        for (DeviceList bad : List.of(eve.credentials().devices(), forged)) {
            assertThatThrownBy(() -> first.await(ada.adopt(bad))).hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .hasRootCauseMessage("the device list was not signed by this account");
        }
        assertThat(ada.credentials().devices().number()).isEqualTo(1);
        assertThat(first.accounts.status().reason()).as("no trouble of ours").isEmpty();
    }

    @Test
    void revokedWinsAndTheRevokedRefuses() {
        Account one = first.create("Ada");
        Account two = imported(second, exported(one));
        DeviceList revoking = signed(one, 3, List.of(id(one)), List.of(id(two)));

        assertThat(first.await(one.adopt(two.credentials().devices()))).isTrue();
        assertThat(first.await(one.adopt(revoking))).isTrue();
        assertThat(one.credentials().devices().allows(two.deviceId())).isFalse();
        assertThat(first.await(one.adopt(two.credentials().devices()))).as("its old list does not bring it back").isFalse();
        assertThatThrownBy(() -> second.await(two.adopt(revoking))).rootCause().hasMessageContaining("revokes this device");
    }

    @Test
    void listsTogetherNameNoMoreThanAListHolds() {
        Account one = first.create("Ada");
        List<BBytes> many = new ArrayList<>();
        for (int i = 0; i < DeviceList.DEVICES_MAX; i++) {
            byte[] made = new byte[32];
            Arrays.fill(made, (byte) i);
            many.add(BBytes.of(made));
        }

        assertThatThrownBy(() -> first.await(one.adopt(signed(one, 2, many, List.of()))))
                .rootCause().hasMessageContaining("32 devices");
    }

    private DeviceList signed(Account account, long number, List<BBytes> devices, List<BBytes> revoked) {
        BDict list = BDict.builder().put("fp", account.fingerprint()).put("n", number).put("ts", 1_700_000_000_000L)
                .put("devices", devices).put("revoked", revoked).build();
        return new DeviceList(Signed.with(list, first.await(account.signAsAccount(Signed.message(Tag.DEVICES, list)))));
    }
}
