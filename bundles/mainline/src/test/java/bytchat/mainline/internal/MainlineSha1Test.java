package bytchat.mainline.internal;

import bytchat.hash.sha1.internal.Sha1;

class MainlineSha1Test extends MainlineContract {
    MainlineSha1Test() {
        super(new Sha1());
    }
}
