// What the page knows, and what can be done: everything that is drawn is drawn from `state`, which only this module changes.

import {api, listen} from './api.js';

/** Messages of one conversation that are kept here; earlier ones are asked for again. */
const KEPT_MAX = 600;
const KEPT_AFTER_TRIM = 300;
const NOTICE_MILLIS = 6_000;
const ACCOUNT_KEY = 'bytchat.account';

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

// --- where we are

function routeOf(hash) {
    const [, name = '', ref = ''] = hash.split('/');
    return {name: ['chat', 'contact', 'add', 'me', 'settings', 'new'].includes(name) ? name : '', ref};
}

export const go = path => {
    location.hash = `#/${path}`;
};

function arrived() {
    state.route = routeOf(location.hash);
    state.notice = null;
    if (state.route.name === 'chat') {
        openTalk();
    }
    changed();
}

export const self = () => state.accounts.find(account => account.fingerprint === state.account);
export const chatsOf = account => state.chats.get(account) || new Map();
export const chat = ref => chatsOf(state.account).get(ref);
const key = (account, ref) => `${account}/${ref}`;
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

export function chooseAccount(fingerprint, path = '') {
    state.account = fingerprint;
    localStorage.setItem(ACCOUNT_KEY, fingerprint);
    go(path);
    changed();
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

// --- loading

export function start() {
    addEventListener('hashchange', arrived);
    document.addEventListener('visibilitychange', seen);
    listen({
        open: () => linkIs('open'),
        lost: () => linkIs('lost'),
        refused: () => linkIs('refused'),
        hello: begun,
        reset: begun,
        accounts: event => takeAccounts(event.accounts).catch(failure => tell(failure.message)),
        status: status => set({status}),
        planes: event => set({planes: event.planes}),
        message: event => takeMessage(event.account, event.message),
        contact: event => {
            heard.set(key(event.account, event.contact.ref), ++contactEvents);
            takeContact(event.account, event.contact);
        },
        read: event => {
            const read = chatsOf(event.account).get(event.contact);
            if (read) {
                read.unread = event.unread;
                changed();
            }
        },
    });
}

function set(values) {
    Object.assign(state, values);
    changed();
}

function linkIs(link) {
    if (state.link !== link) {
        set({link});
    }
}

let version;
let attempt = 0;

async function begun(hello) {
    const mine = ++attempt;
    if (version !== undefined && version !== hello.version) {
        location.reload();
        return;
    }
    version = hello.version;
    const optional = promise => promise.catch(() => null); // told by a later event, once the part runs
    try {
        const [accounts, status, planes] = await Promise.all([api.accounts(), optional(api.status()), optional(api.planes())]);
        state.status = status || state.status;
        state.planes = planes || state.planes;
        state.talks.forEach(each => each.stale = true);
        await takeAccounts(accounts, true);
        set({loaded: true});
    } catch (failure) {
        if (failure.status === 401) {
            linkIs('refused');
        } else {
            setTimeout(() => mine === attempt && begun(hello), 1_000);
        }
    }
}

/** Accounts whose chats are still to be loaded: their messenger may come later than they do. */
const unlisted = new Set();

async function takeAccounts(accounts, anew = false) {
    // a node that starts or stops has none yet or none any more for a moment, which is not what there is
    const gone = anew && accounts.length > 0 ? [] : state.accounts.filter(known => !accounts.some(each => each.fingerprint === known.fingerprint));
    state.accounts = [...accounts, ...gone];
    if (!self() && accounts.length > 0) {
        state.account = accounts[0].fingerprint;
    }
    changed();
    accounts.filter(account => anew || !state.chats.has(account.fingerprint)).forEach(account => unlisted.add(account.fingerprint));
    const missing = accounts.filter(account => unlisted.has(account.fingerprint));
    await Promise.all(missing.map(account => loadChats(account.fingerprint)));
    if (state.route.name === 'chat') {
        await openTalk();
    }
}

/** The node is starting or stopping: the next change of accounts, or of the stream, brings us here again. */
const comesOrGoes = failure => [0, 404, 503].includes(failure.status);

async function loadChats(account) {
    const before = contactEvents;
    try {
        const chats = await api.chats(account);
        const known = chatsOf(account);
        state.chats.set(account, new Map(chats.map(each => {
            const {ref} = each.contact;
            const told = newer(each, known.get(ref));
            return [ref, heardSince(before, account, ref) ? {...told, contact: known.get(ref).contact} : told];
        })));
        unlisted.delete(account);
    } catch (failure) {
        if (!comesOrGoes(failure)) {
            throw failure;
        }
    }
    changed();
}

/** What an event has brought while the list was under way is not undone by the list. */
function newer(listed, known) {
    const overtaken = known && known.last && (!listed.last || known.last.number > listed.last.number);
    return overtaken ? {...listed, last: known.last, unread: known.unread} : listed;
}

async function openTalk() {
    const {ref} = state.route;
    if (!chat(ref)) {
        return;
    }
    const id = key(state.account, ref);
    const open = state.talks.get(id) || {messages: new Map(), earlier: null, loading: false, stale: true, touched: new Set()};
    if (open.stale && !open.loading) {
        state.talks.set(id, open);
        begin(open);
        try {
            const page = await api.messages(state.account, ref);
            const first = page.messages.length > 0 ? page.messages[0].number : 0;
            [...open.messages.keys()].filter(number => number < first).forEach(number => open.messages.delete(number));
            take(open, page);
            open.stale = false;
        } catch (failure) {
            if (!comesOrGoes(failure)) {
                tell(failure.message);
            }
        }
        open.loading = false;
        changed();
    }
    seen();
}

function begin(open) {
    open.loading = true;
    open.touched.clear();
    changed();
}

/** A page may be older than an event that has come meanwhile; events come in order, and win. */
function take(open, page) {
    page.messages.filter(message => !open.touched.has(message.number)).forEach(message => open.messages.set(message.number, message));
    open.earlier = page.earlier;
}

export async function loadEarlier(ref) {
    const open = talk(ref);
    if (!open || open.loading || open.earlier === null) {
        return;
    }
    begin(open);
    try {
        take(open, await api.messages(state.account, ref, open.earlier));
    } catch (failure) {
        tell(failure.message);
    }
    open.loading = false;
    changed();
}

// --- what happens

function takeMessage(account, message) {
    const of = chatsOf(account).get(message.contact);
    if (of) {
        const isNew = !of.last || message.number > of.last.number;
        if (isNew || message.number === of.last.number) {
            of.last = message;
        }
        if (isNew && message.direction === 'in') {
            of.unread++;
        }
    } else {
        loadChats(account).catch(failure => tell(failure.message));
    }
    const open = state.talks.get(key(account, message.contact));
    if (open && (open.earlier === null || message.number >= open.earlier)) {
        open.messages.set(message.number, message);
        if (open.loading) {
            open.touched.add(message.number);
        }
        trim(open);
    }
    seen();
    changed();
}

/** What we have just sent, unless its event was faster. */
function takeSent(account, message) {
    const open = state.talks.get(key(account, message.contact));
    if (!open || !open.messages.has(message.number)) {
        takeMessage(account, message);
    }
}

function trim(open) {
    if (open.messages.size > KEPT_MAX) {
        const numbers = [...open.messages.keys()].sort((a, b) => a - b);
        numbers.slice(0, -KEPT_AFTER_TRIM).forEach(number => open.messages.delete(number));
        open.earlier = numbers[numbers.length - KEPT_AFTER_TRIM];
    }
}

function takeContact(account, contact) {
    const chats = chatsOf(account);
    const known = chats.get(contact.ref);
    chats.set(contact.ref, known ? {...known, contact} : {contact, last: null, unread: 0});
    state.chats.set(account, chats);
    if (!known && state.route.name === 'chat') {
        openTalk();
    }
    changed();
}

let contactEvents = 0;
/** By account/contact: which event was its last. */
const heard = new Map();

const heardSince = (before, account, ref) => (heard.get(key(account, ref)) || 0) > before;

/** The contact that a request answers with, unless an event has told something newer meanwhile: a handshake may be faster than the answer. */
async function answered(account, request) {
    const before = contactEvents;
    const contact = await request;
    if (!heardSince(before, account, contact.ref)) {
        takeContact(account, contact);
    }
    return contact;
}

/** The user looks at the open conversation. */
function seen() {
    const open = state.route.name === 'chat' && chat(state.route.ref);
    if (open && open.unread > 0 && open.last && document.visibilityState === 'visible') {
        open.unread = 0;
        api.markRead(state.account, open.contact.ref, open.last.number).catch(() => {}); // asked again with the next message
        changed();
    }
}

// --- what the user does; those that return a promise fail with a sentence to show

export async function createAccount(name) {
    const account = await api.createAccount(name);
    if (!state.accounts.some(each => each.fingerprint === account.fingerprint)) {
        state.accounts = [...state.accounts, account];
    }
    chooseAccount(account.fingerprint, state.accounts.length === 1 ? 'me' : '');
    await loadChats(account.fingerprint);
}

export async function addContact(link, name) {
    const contact = await answered(state.account, api.addContact(state.account, link, name));
    go(`chat/${contact.ref}`);
}

export async function accept(ref) {
    try {
        await answered(state.account, api.accept(state.account, ref));
        go(`chat/${ref}`);
    } catch (failure) {
        tell(failure.message);
    }
}

export async function rename(ref, name) {
    await answered(state.account, api.rename(state.account, ref, name));
    go(`chat/${ref}`);
}

export function write(ref, values) {
    const id = key(state.account, ref);
    state.drafts.set(id, {...draft(ref), ...values});
    changed();
}

/** Sends the draft: the picture first, then the text. What could not be sent stays in the draft. */
export async function send(ref) {
    const account = state.account;
    const {text, picture} = draft(ref);
    write(ref, {text: '', picture: null});
    let unsent = {text, picture};
    try {
        if (picture) {
            takeSent(account, await api.sendPicture(account, ref, picture.blob));
            URL.revokeObjectURL(picture.url);
            unsent = {text, picture: null};
        }
        if (text.trim()) {
            takeSent(account, await api.sendText(account, ref, text.trim()));
        }
    } catch (failure) {
        const id = key(account, ref);
        const since = state.drafts.get(id);
        state.drafts.set(id, {text: [unsent.text, since.text].filter(Boolean).join('\n'), picture: since.picture || unsent.picture});
        tell(`Not sent: ${failure.message}`);
    }
}

export async function switchPlane(name) {
    set({switching: name});
    try {
        set({planes: await api.switchPlane(name)});
        tell('Switched. Nothing was interrupted.', 'good');
    } catch (failure) {
        tell(failure.message);
    }
    set({switching: ''});
}
