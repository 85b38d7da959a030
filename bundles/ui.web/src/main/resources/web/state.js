// What the page knows: everything that is drawn is drawn from `state`, which the node's events (model.js) and the user (actions.js) change.

import {huesOf} from './words.js';

const NOTICE_MILLIS = 6_000;
export const ACCOUNT_KEY = 'bytchat.account';

export const state = {
    /** opening, open, lost or refused: the stream of events. */
    link: 'opening',
    loaded: false,
    status: null,
    planes: [],
    accounts: [],
    /** Fingerprint of the account that is shown. */
    account: localStorage.getItem(ACCOUNT_KEY) || '',
    /** By account: a map of chats by contact. */
    chats: new Map(),
    /** By account/contact: {messages by number, earlier, loading, stale, touched: numbers that events have brought while loading}. */
    talks: new Map(),
    /** By account/contact: {text, picture}. */
    drafts: new Map(),
    route: routeOf(location.hash),
    notice: null,
    /** The plane that is being switched to. */
    switching: '',
};

let redraw = () => {};
let scheduled = false;

export function onChange(draw) {
    redraw = draw;
}

export function changed() {
    if (!scheduled) {
        scheduled = true;
        // not requestAnimationFrame: a page in the background draws as well, so that it is right when it is looked at
        queueMicrotask(() => {
            scheduled = false;
            redraw();
        });
    }
}

export function set(values) {
    Object.assign(state, values);
    changed();
}

// --- where we are

export function routeOf(hash) {
    const [, name = '', ref = ''] = hash.split('/');
    return {name: ['chat', 'contact', 'add', 'me', 'settings', 'new'].includes(name) ? name : '', ref};
}

export const go = path => {
    location.hash = `#/${path}`;
};

export const self = () => state.accounts.find(account => account.fingerprint === state.account);
export const chatsOf = account => state.chats.get(account) || new Map();
export const chat = ref => chatsOf(state.account).get(ref);
export const key = (account, ref) => `${account}/${ref}`;
export const talk = ref => state.talks.get(key(state.account, ref));
export const draft = ref => state.drafts.get(key(state.account, ref)) || {text: '', picture: null};
export const unreadOf = account => [...chatsOf(account).values()].reduce((sum, each) => sum + each.unread, 0);

/** No account may mean that the node has not come to them yet. */
export const starting = () => ['starting', 'joining'].includes(state.status?.state)
        && !state.status.parts.some(part => part.name === 'accounts' && part.state === 'ready');

export const activePlane = () => state.planes.find(plane => plane.role === 'active');

export function sortedChats(account) {
    const at = each => each.last ? each.last.at_ms : 0;
    return [...chatsOf(account).values()].sort((a, b) => at(b) - at(a) || a.contact.name.localeCompare(b.contact.name));
}

let hues = {account: '', count: 0, of: new Map()};

/** The colour of an account, or of a contact of the one that is shown; counted anew only when there are more of them. */
export function hueOf(ref) {
    const {account} = state;
    const count = state.accounts.length + chatsOf(account).size;
    if (hues.account !== account || hues.count !== count) {
        const own = state.accounts.map(each => each.fingerprint).sort();
        hues = {account, count, of: huesOf([...own, ...[...chatsOf(account).keys()].filter(each => !own.includes(each)).sort()])};
    }
    return hues.of.get(ref) ?? 0;
}

// --- notices

export function tell(text, tone = 'bad') {
    const notice = {text, tone};
    state.notice = notice;
    changed();
    setTimeout(() => {
        if (state.notice === notice) {
            dismiss();
        }
    }, NOTICE_MILLIS);
}

export function dismiss() {
    state.notice = null;
    changed();
}
