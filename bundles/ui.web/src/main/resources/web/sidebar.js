// The list beside everything: who I am, whom I talk to, how my node is.

import {Component, h} from './lib/preact.js';
import {accept, chooseAccount} from './actions.js';
import {avatar, dot, hidden, icon} from './parts.js';
import {activePlane, self, sortedChats, state, unreadOf} from './state.js';
import {contactState, exactly, fate, gist, nameOf, planeName, stateOf, when} from './words.js';

export function Sidebar() {
    const me = self();
    const chats = sortedChats(me.fingerprint);
    const requests = chats.filter(each => each.contact.state === 'request');
    const others = chats.filter(each => each.contact.state !== 'request');
    const loaded = state.chats.has(me.fingerprint);
    return h('nav', {class: 'sidebar', 'aria-label': 'Your conversations'},
        h('header', {class: 'self'}, h(AccountMenu, {me}), h('div', {class: 'tools'},
            tool('me', 'link', 'My link'), tool('add', 'person', 'Add contact'), tool('settings', 'settings', 'Settings'))),
        h('div', {class: 'lists'},
            requests.length > 0 && h('section', {class: 'requests', 'aria-labelledby': 'requests'},
                h('h2', {id: 'requests'}, 'Message requests'), h('ul', {}, requests.map(each => h(Request, {key: each.contact.ref, ...each})))),
            requests.length > 0 && others.length > 0 && h('h2', {id: 'chats'}, 'Conversations'),
            others.length > 0 && h('ul', {'aria-label': 'Conversations'}, others.map(each => h(Chat, {key: each.contact.ref, ...each}))),
            loaded && chats.length === 0 && h('p', {class: 'empty'},
                'Nobody here yet. Give somebody your link, and add theirs.')),
        h(NodeLine));
}

const tool = (path, symbol, label) => h('a', {class: 'button', href: `#/${path}`, 'aria-current': state.route.name === path ? 'page' : null},
    icon(symbol), label);

/** Who I am here; with the others on this node to change to. */
class AccountMenu extends Component {
    state = {open: false};

    close = event => {
        if (event.type === 'keydown' ? event.key === 'Escape' : !this.base.contains(event.target)) {
            this.setState({open: false});
        }
    };

    componentDidMount() {
        document.addEventListener('click', this.close);
    }

    componentWillUnmount() {
        document.removeEventListener('click', this.close);
    }

    choose(fingerprint) {
        this.setState({open: false});
        chooseAccount(fingerprint);
    }

    render({me}, {open}) {
        const others = state.accounts.filter(account => account !== me);
        const elsewhere = others.reduce((sum, account) => sum + unreadOf(account.fingerprint), 0);
        return h('div', {class: 'accounts', onKeyDown: this.close},
            h('button', {class: 'quiet account', 'aria-expanded': String(open), 'aria-label': `You are ${me.name}. Switch account`,
                onClick: () => this.setState({open: !open})},
                avatar(me.name, me.fingerprint), h('span', {class: 'who'}, h('strong', {}, me.name), h('small', {}, 'Switch account ▾')),
                elsewhere > 0 && badge(elsewhere, 'for your other accounts')),
            open && h('div', {class: 'menu'},
                others.map(account => h('button', {key: account.fingerprint, class: 'quiet', onClick: () => this.choose(account.fingerprint)},
                    avatar(account.name, account.fingerprint), h('span', {class: 'who'}, account.name), badge(unreadOf(account.fingerprint)))),
                h('a', {class: 'button quiet', href: '#/new', onClick: () => this.setState({open: false})}, icon('person'), 'New account')));
    }
}

const badge = (count, of = '') => count > 0
    && h('span', {class: 'badge'}, `${count > 99 ? '99+' : count} new`, of && hidden(` ${of}`));

function Request({contact}) {
    const name = nameOf(contact);
    return h('li', {class: 'request'},
        h('a', {class: 'asker', href: `#/contact/${contact.ref}`, 'aria-label': `${name} wants to talk to you: details`,
            'aria-current': state.route.name === 'contact' && state.route.ref === contact.ref ? 'page' : null},
            avatar(name, contact.ref),
            h('span', {class: 'who'}, h('strong', {}, name), h('small', {}, 'wants to talk to you'), h('small', {class: 'more'}, 'Who is this?'))),
        h('button', {class: 'primary', onClick: () => accept(contact.ref), 'aria-label': `Accept ${name}`}, 'Accept'));
}

function Chat({contact, last, unread}) {
    const name = nameOf(contact);
    const open = ['chat', 'contact'].includes(state.route.name) && state.route.ref === contact.ref;
    return h('li', {}, h('a', {class: `chat${unread > 0 ? ' unread' : ''}`, href: `#/chat/${contact.ref}`, 'aria-current': open ? 'page' : null},
        avatar(name, contact.ref),
        h('span', {class: 'who'},
            h('span', {class: 'line'}, h('strong', {}, name), last && h('time', {title: exactly(last.at_ms)}, when(last.at_ms))),
            h('span', {class: 'line'}, h('span', {class: 'gist'}, last ? gist(last) : 'No messages yet'),
                badge(unread)),
            contact.state !== 'connected' ? small(contactState(contact)) : last && last.direction === 'out' && small(fate(last, contact)))));
}

const small = ({tone, text, plain}) => h('small', {class: `fate ${tone}`, title: plain}, text);

/** How the node is, in words. */
function NodeLine() {
    const me = self();
    const shown = state.link !== 'open' ? {tone: 'bad', text: 'No connection'}
            : me.state !== 'ready' ? stateOf(me) : state.status ? stateOf(state.status) : {tone: 'calm', text: 'Asking your node …'};
    const plane = activePlane();
    return h('footer', {class: 'node', role: 'status'},
        h('p', {}, dot(shown.tone), h('span', {}, h('span', {class: 'dim'}, 'Your node: '), shown.text)),
        plane && h('p', {class: 'dim'}, `Messages travel by: ${planeName(plane.name)}`,
            h('a', {class: 'button quiet', href: '#/settings', 'aria-label': 'Change how messages travel'}, 'Change')));
}
