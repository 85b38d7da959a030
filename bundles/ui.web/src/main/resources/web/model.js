// What the node tells: lists are loaded and events applied to the state here.

import {api, listen} from './api.js';
import {changed, chat, chatsOf, key, routeOf, self, set, state, talk, tell} from './state.js';

/** Messages of one conversation that are kept here; earlier ones are asked for again. */
const KEPT_MAX = 600;
const KEPT_AFTER_TRIM = 300;

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

function arrived() {
    state.route = routeOf(location.hash);
    state.notice = null;
    if (state.route.name === 'chat') {
        openTalk();
    }
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

export async function loadChats(account) {
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
export function takeSent(account, message) {
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
export async function answered(account, request) {
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
