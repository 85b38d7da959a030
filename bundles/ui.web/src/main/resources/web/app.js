// Draws the page from what the model knows.

import {h, render} from './lib/preact.js';
import {Conversation} from './conversation.js';
import {start} from './model.js';
import {AddContact, AnotherAccount, Contact, FirstRun, MyLink, Settings} from './panels.js';
import {Sidebar} from './sidebar.js';
import {dismiss, onChange, self, starting, state, unreadOf} from './state.js';

function App() {
    if (state.link === 'refused') {
        return h(SignedOut);
    }
    if (!state.loaded) {
        return h('p', {class: 'splash', role: 'status'}, state.link === 'lost' ? 'Your node does not answer yet. Trying again …' : 'Opening BytChat …');
    }
    return h('div', {class: `app${state.route.name ? ' inside' : ''}`},
        state.link === 'lost' && h('p', {class: 'banner', role: 'alert'},
            'No connection to your node. Start BytChat again (', h('code', {}, './bytchat'), '); this page reconnects by itself. What you typed stays.'),
        self() ? [h(Sidebar, {key: state.account}), h(Screen)]
            : starting() ? h('p', {class: 'splash', role: 'status'}, 'Your node is starting …') : h(FirstRun),
        state.notice && h('p', {class: `notice ${state.notice.tone}`, role: 'alert'}, state.notice.text,
            h('button', {class: 'quiet', onClick: dismiss}, 'Close')));
}

function Screen() {
    const {name, ref} = state.route;
    switch (name) {
        case 'chat': return h(Conversation, {key: state.account + ref, contact: ref});
        case 'contact': return h(Contact, {key: state.account + ref, contact: ref});
        case 'add': return h(AddContact, {key: state.account});
        case 'me': return h(MyLink, {key: state.account});
        case 'settings': return h(Settings);
        case 'new': return h(AnotherAccount);
        default: return h('main', {class: 'panel nothing'}, h('div', {class: 'column'},
            h('img', {class: 'logo', src: 'icon.svg', alt: '', width: 56, height: 56}),
            h('p', {}, 'Choose a conversation on the left, or begin one:'),
            h('ol', {}, h('li', {}, 'Give somebody ', h('a', {href: '#/me'}, 'your link'), ', or ', h('a', {href: '#/add'}, 'add them'), ' by theirs.'),
                h('li', {}, 'Who was added accepts.'), h('li', {}, 'Write. If they are away, it waits for them.'))));
    }
}

function SignedOut() {
    return h('main', {class: 'card lone'}, h('p', {class: 'brand'}, h('img', {src: 'icon.svg', alt: '', width: 32, height: 32}), 'BytChat'),
        h('h1', {}, 'This browser is not signed in any more'),
        h('p', {}, 'Open a terminal in the BytChat folder, run this command and open the address it prints:'),
        h('pre', {}, h('code', {}, './bytchat ctl page')));
}

const root = document.getElementById('app');
onChange(() => {
    const unread = state.accounts.reduce((sum, account) => sum + unreadOf(account.fingerprint), 0);
    document.title = unread > 0 ? `(${unread}) BytChat` : 'BytChat';
    render(h(App), root);
});
start();
