// The other screens: first account, my link, a new contact, somebody's details, settings.

import {createRef, h} from './lib/preact.js';
import {api} from './api.js';
import {accept, addContact, createAccount, rename, switchPlane} from './actions.js';
import {avatar, CopyButton, dot, Form, hidden, icon, Panel} from './parts.js';
import {chat, self, state} from './state.js';
import {contactState, nameOf, planeAbout, planeChoice, planeName, planeRole, spelled, stateOf} from './words.js';

const NAME_MAX = 64;
const LINK_MAX = 2048;

function NewAccount({label = 'Create account'}) {
    return h(Form, {label, busyLabel: 'Making your keys …', submit: ({name}) => createAccount(name.trim())},
        h('label', {}, 'Your name', h('input', {name: 'name', required: true, pattern: '.*\\S.*', maxLength: NAME_MAX, autocomplete: 'name',
            'aria-describedby': 'name-hint', ref: focused})),
        h('p', {class: 'hint', id: 'name-hint'}, 'The people you talk to will see it. You can use any name.'));
}

/** Takes the focus once, when it appears. */
const focused = element => element && !element.dataset.focused && (element.dataset.focused = 'yes', element.focus());

export function FirstRun() {
    return h('main', {class: 'card lone'},
        h('img', {class: 'logo', src: 'icon.svg', alt: '', width: 56, height: 56}),
        h('h1', {}, 'Welcome to BytChat'),
        h('p', {}, 'A messenger without servers. Your account is a pair of keys that are made on this computer and stay here: no phone number, no e-mail, no password.'),
        h(NewAccount),
        h('p', {class: 'hint'}, 'If this computer is lost, so is your account. Keep a backup: ',
            h('code', {}, './bytchat ctl account export FILE --new-passphrase')),
        h('p', {class: 'hint'}, 'You have an account already? ', h('code', {}, './bytchat ctl account import FILE --passphrase')));
}

export function AnotherAccount() {
    return h(Panel, {title: 'New account'},
        h('p', {}, 'A second person on this node, with keys, contacts and conversations of their own. Nobody can tell that the two belong together by their keys.'),
        h(NewAccount));
}

export function MyLink() {
    const me = self();
    const field = createRef();
    return h(Panel, {title: 'My link'},
        h('p', {}, 'Give this to people who should be able to write to you: send them the link, or let them scan the code. It holds no secret.'),
        me.link ? h('div', {class: 'mylink'},
            h('img', {class: 'qr', src: api.linkCode(me.fingerprint), alt: 'QR code of your contact link', width: 240, height: 240}),
            h('div', {},
                h('label', {}, 'Your contact link', h('textarea', {class: 'code', readOnly: true, rows: 5, ref: field, value: me.link,
                    onFocus: event => event.currentTarget.select()})),
                h(CopyButton, {text: me.link, field, label: 'Copy link'}),
                h('p', {class: 'hint'}, 'Any camera app that reads QR codes can scan it; what it shows is then pasted into Add contact.')))
            : h('p', {class: 'hint', role: 'status'}, 'Your link is there as soon as the node has started.'),
        h('p', {class: 'hint'}, 'It is enough if one of you adds the other, who then gets a request to accept. Do you have their link already?'),
        h('p', {}, h('a', {class: 'button', href: '#/add'}, icon('person'), 'Add contact')),
        h('details', {}, h('summary', {}, 'Fingerprint, to compare in a call'), h('p', {class: 'code'}, spelled(me.fingerprint.slice(0, 64))),
            h('p', {class: 'hint'}, 'If the other one sees the same under your name, nobody stands in between.')));
}

export function AddContact() {
    return h(Panel, {title: 'Add contact'},
        h('p', {}, 'Paste the link that somebody gave you.'),
        h(Form, {label: 'Add contact', busyLabel: 'Adding …', submit: ({link, name}) => addContact(link.trim(), name.trim())},
            h('label', {}, 'Their contact link', h('textarea', {name: 'link', class: 'code', rows: 4, required: true, maxLength: LINK_MAX, spellcheck: false,
                placeholder: 'bytchat:…', ref: focused})),
            h('label', {}, h('span', {}, 'What you call them ', h('small', {}, '(optional)')),
                h('input', {name: 'name', maxLength: NAME_MAX, autocomplete: 'off', placeholder: 'Leave empty to use their own name'}))),
        h('p', {class: 'hint'}, 'They get a message request from you. You can talk once they have accepted it, or at once if they have added you, too.'));
}

export function Contact({contact: ref}) {
    const known = chat(ref);
    if (!known) {
        return h(Panel, {title: 'Contact'}, h('p', {}, state.loaded ? 'There is no such contact.' : 'Loading …'));
    }
    const {contact} = known;
    const how = contactState(contact);
    const asks = contact.state === 'request';
    return h(Panel, {title: nameOf(contact)},
        h('p', {class: how.tone}, how.text),
        asks ? h('p', {class: 'hint'}, 'A name is easily invented, a fingerprint is not. If you do not know them, just leave it: they are not told.')
            : h(Form, {label: 'Save name', busyLabel: 'Saving …', submit: ({name}) => rename(ref, name.trim())},
                h('label', {}, 'What you call them', h('input', {name: 'name', required: true, pattern: '.*\\S.*', maxLength: NAME_MAX,
                    autocomplete: 'off', defaultValue: contact.name}))),
        h('h2', {}, 'Their fingerprint'),
        h('p', {class: 'code'}, spelled(ref.slice(0, 64))),
        h('p', {class: 'hint'}, 'Compare it in a call: if they see the same under “My link”, nobody stands in between.'),
        h('p', {}, asks ? h('button', {class: 'primary', onClick: () => accept(ref)}, `Accept ${nameOf(contact)}`)
            : h('a', {class: 'button', href: `#/chat/${ref}`}, 'Open the conversation')));
}

export function Settings() {
    return h(Panel, {title: 'Settings'},
        h('section', {'aria-labelledby': 'planes'}, h('h2', {id: 'planes'}, 'How messages travel'),
            h('p', {class: 'hint'}, 'For all accounts of this node. You can change it at any time; what is on its way still arrives.'),
            state.planes.length > 0 ? h('ul', {class: 'planes'}, state.planes.map(plane => h(Plane, {key: plane.name, plane})))
                : h('p', {class: 'hint'}, 'Nothing to choose from now.')),
        h('section', {'aria-labelledby': 'accounts'}, h('h2', {id: 'accounts'}, 'Accounts on this node'),
            h('ul', {class: 'rows'}, state.accounts.map(account => h('li', {key: account.fingerprint},
                avatar(account.name, account.fingerprint), h('span', {class: 'who'}, h('strong', {}, account.name), h('small', {}, stateOf(account).text)),
                account.fingerprint === state.account && h('span', {class: 'badge still'}, 'Shown now')))),
            h('p', {}, h('a', {class: 'button', href: '#/new'}, icon('person'), 'New account'))),
        state.status && h(Node));
}

function Plane({plane}) {
    const active = plane.role === 'active';
    const how = stateOf(plane);
    const busy = state.switching === plane.name;
    return h('li', {class: active ? 'active' : ''},
        h('div', {class: 'who'},
            h('strong', {}, planeName(plane.name)),
            h('p', {}, planeAbout(plane.name)),
            h('p', {class: 'hint'}, planeChoice(plane.name)),
            h('small', {}, dot(how.tone), `${planeRole(plane)}. ${how.text}.`)),
        active ? h('span', {class: 'badge still'}, 'In use')
            : h('button', {disabled: !plane.installed || state.switching !== '', onClick: () => switchPlane(plane.name)},
                busy && h('span', {class: 'spinner', 'aria-hidden': 'true'}), busy ? 'Switching …' : `Switch to ${planeName(plane.name)}`,
                hidden(' for all messages')));
}

function Node() {
    const {status} = state;
    const how = stateOf(status);
    return h('section', {'aria-labelledby': 'node'}, h('h2', {id: 'node'}, 'This node'),
        h('p', {}, dot(how.tone), how.text),
        status.key_spaces.map(space => h('dl', {key: space.name},
            h('dt', {}, 'Address'), h('dd', {class: 'code'}, space.endpoint),
            h('dt', {}, 'Network'), h('dd', {}, `${space.network} (${space.hash})`),
            h('dt', {}, 'Node id'), h('dd', {class: 'code'}, spelled(space.node_id)))),
        h('details', {}, h('summary', {}, `All ${status.parts.length} parts of the node`),
            h('ul', {class: 'partlist'}, status.parts.map(part => {
                const is = stateOf(part);
                return h('li', {key: part.name}, dot(is.tone), h('span', {}, h('strong', {}, part.name), ' ', is.text));
            }))));
}
