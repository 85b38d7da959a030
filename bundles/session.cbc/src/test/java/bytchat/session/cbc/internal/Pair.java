package bytchat.session.cbc.internal;

import bytchat.accounts.internal.AccountSettings;
import bytchat.accounts.internal.LocalAccount;
import bytchat.accounts.internal.LocalAccounts;
import bytchat.accounts.internal.MemoryAccountFiles;
import bytchat.accounts.internal.PassphraseSource;
import bytchat.api.account.Account;
import bytchat.api.account.Credentials;
import bytchat.api.account.Prekeys;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BInteger;
import bytchat.api.bencode.BList;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionSuite.Offer;
import bytchat.api.session.SessionSuite.Session;
import bytchat.transport.memory.SimulatedHost;
import bytchat.transport.memory.SimulatedWorld;
import bytchat.wire.Bencode;
import bytchat.wire.crypto.Digests;
import bytchat.wire.sign.Signed;
import bytchat.wire.sign.Tag;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Ada and Bob in virtual time, with real accounts. */
final class Pair {
    static final Duration LIMIT = Duration.ofMinutes(1);

    final SimulatedWorld world = new SimulatedWorld(11);
    final SimulatedHost host = world.host("10.0.0.1", 4000);
    final CbcSuite suite = new CbcSuite(host.environment().workers(), host.environment().random());
    final Account ada = account("Ada");
    final Account bob = account("Bob");

    Account account(String name) {
        LocalAccounts accounts = new LocalAccounts(host.environment(), new MemoryAccountFiles(), PassphraseSource.NONE,
                AccountSettings.DEFAULTS.withRsaBits(2048), new LocalAccounts.Listener() {
                    @Override
                    public void added(LocalAccount account) {
                        // nobody else needs to hear of it
                    }

                    @Override
                    public void changed(LocalAccount account) {
                        // nor of this
                    }
                });
        await(accounts.start());
        return await(accounts.create(name));
    }

    <T> T await(CompletionStage<T> stage) {
        return world.await(stage, LIMIT);
    }

    /** What one side sends, and keeps. */
    Half half(Account from, Account to) {
        return half(from, from, to.fingerprint(), to.prekeys());
    }

    /**
     * A handshake that claims to be from {@code claimed} and is signed by {@code signer}'s device.
     */
    Half half(Account claimed, Account signer, byte[] reader, Prekeys theirs) {
        return half(claimed.credentials(), claimed.fingerprint(), claimed.prekeys(), signer, reader, theirs);
    }

    Half half(Credentials credentials, byte[] maker, Prekeys own, Account signer, byte[] reader, Prekeys theirs) {
        Offer offer = await(suite.offer(theirs));
        byte[] uid = Digests.sha512(credentials.accountKey());
        long expires = host.environment().clock().millis() + Duration.ofDays(30).toMillis();
        BDict permit = signed(signer, Tag.PERMIT, BDict.builder().put("for", reader).put("to", uid).put("exp", expires)
                .put("key", credentials.accountKey()).put("cert", credentials.certificate().dict()).build());
        BDict handshake = credentials.dict().with().put("a", maker).put("b", reader).put("from", uid)
                .put("permit", permit)
                .put("pre", Digests.sha512_256(Bencode.encode(theirs.dict()))).put("e", offer.ephemeral())
                        .put("ct", offer.ciphertext())
                .put("prekeys", own.dict()).put("suites", BList.of(new BInteger(CbcSuite.NUMBER))).build();
        return new Half(new Handshake(signed(signer, Tag.HANDSHAKE, handshake)), offer.secret());
    }

    Session agree(Account self, Half mine, Half theirs) {
        return await(suite.agree(self, mine.handshake(), mine.secret(), theirs.handshake()));
    }

    static BDict signed(Account signer, Tag tag, BDict dict) {
        return Signed.with(dict, signer.signAsDevice(Signed.message(tag, dict)));
    }

    record Half(Handshake handshake, byte[] secret) {
        Half with(BDict changed) {
            return new Half(new Handshake(changed), secret);
        }
    }
}
