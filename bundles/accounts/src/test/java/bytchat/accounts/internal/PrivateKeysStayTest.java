package bytchat.accounts.internal;

import static org.assertj.core.api.Assertions.assertThat;

import bytchat.api.account.Account;
import bytchat.api.account.DeviceList;
import bytchat.api.bencode.BBytes;
import bytchat.api.bencode.BDict;
import bytchat.api.bencode.BList;
import bytchat.api.bencode.BValue;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;

/** Calls everything that a bundle could call on an account and looks for its private keys in all that comes back. */
class PrivateKeysStayTest {
    private final AccountsFixture node = new AccountsFixture();

    @Test
    void noMethodOfAnAccountGivesAPrivateKey() throws Exception {
        LocalAccount account = (LocalAccount) node.create("Ada");
        List<byte[]> secrets = secrets(account.keys());
        List<byte[]> given = new ArrayList<>();
        int methods = 0;
        for (Method method : account.getClass().getMethods()) {
            if (method.getDeclaringClass() != Object.class && !Modifier.isStatic(method.getModifiers())) {
                Object[] arguments = new Object[method.getParameterCount()];
                for (int i = 0; i < arguments.length; i++) {
                    assertThat(method.getParameterTypes()[i]).as("%s", method).isIn(byte[].class, DeviceList.class);
                    arguments[i] = argument(account, method, i);
                }
                collect(method.invoke(account, arguments), given);
                methods++;
            }
        }

        assertThat(methods).isGreaterThanOrEqualTo(Account.class.getMethods().length);
        assertThat(given).hasSizeGreaterThan(10);
        for (byte[] one : given) {
            for (byte[] secret : secrets) {
                assertThat(indexOf(one, secret)).as("a private key was given away").isNegative();
            }
        }
    }

    /** The twin: the same search finds them where they are. */
    @Test
    void theSearchFindsPrivateKeysWhereTheyAre() throws Exception {
        AccountKeys keys = ((LocalAccount) node.create("Ada")).keys();
        List<byte[]> inside = new ArrayList<>();
        collect(keys.dict(), inside);

        for (byte[] secret : secrets(keys)) {
            assertThat(inside).anyMatch(bytes -> indexOf(bytes, secret) >= 0);
        }
    }

    private static List<byte[]> secrets(AccountKeys keys) {
        BDict dict = keys.dict();
        RSAPrivateKey rsa;
        try {
            rsa = RSAPrivateKey.getInstance(PrivateKeyInfo.getInstance(dict.requireBytes("private")).parsePrivateKey());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        List<byte[]> secrets =
                new ArrayList<>(List.of(dict.requireBytes("device"),
                BigIntegers.asUnsignedByteArray(rsa.getPrivateExponent()),
                BigIntegers.asUnsignedByteArray(rsa.getPrime1()), BigIntegers.asUnsignedByteArray(rsa.getPrime2())));
        for (PrekeyPair pair : keys.prekeys()) {
            secrets.add(pair.x25519());
            secrets.add(pair.mlkem());
        }
        return secrets;
    }

    private static Object argument(LocalAccount account, Method method, int index) {
        if (method.getName().equals("openPrekey")) {
            return switch (index) {
                case 0 -> account.keys().prekeys().get(0).hash().toArray();
                case 1 -> account.prekeys().x25519();
                default -> new byte[1088];
            };
        }
        return method.getParameterTypes()[index] == DeviceList.class ? account.credentials().devices() : new byte[] {1, 2, 3};
    }

    /** Every byte string that can be reached from a result. */
    private void collect(Object value, List<byte[]> into) throws Exception {
        if (value instanceof CompletionStage<?> stage) {
            collect(node.await(stage), into);
        } else if (value instanceof byte[] bytes) {
            into.add(bytes);
        } else if (value instanceof String text) {
            into.add(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        } else if (value instanceof BBytes bytes) {
            into.add(bytes.toArray());
        } else if (value instanceof BDict dict) {
            for (BValue entry : dict.entries().values()) {
                collect(entry, into);
            }
        } else if (value instanceof BList list) {
            for (BValue entry : list.values()) {
                collect(entry, into);
            }
        } else if (value instanceof Collection<?> values) {
            for (Object entry : values) {
                collect(entry, into);
            }
        } else if (value instanceof Record record) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                collect(accessor.invoke(record), into);
            }
        }
    }

    private static int indexOf(byte[] in, byte[] what) {
        outer:
        for (int start = 0; start + what.length <= in.length; start++) {
            for (int i = 0; i < what.length; i++) {
                if (in[start + i] != what[i]) {
                    continue outer;
                }
            }
            return start;
        }
        return -1;
    }
}
