package bytchat.mainline.internal;

import bytchat.hash.sha512.internal.Sha512;

class MainlineSha512Test extends MainlineContract {
    MainlineSha512Test() {
        super(new Sha512());
    }
}
