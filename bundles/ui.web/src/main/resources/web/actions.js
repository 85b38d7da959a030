// What the user does. Those that return a promise fail with a sentence to show.

import {api} from './api.js';
import {answered, loadChats, takeSent} from './model.js';
import {ACCOUNT_KEY, changed, draft, go, key, set, state, tell} from './state.js';

export function chooseAccount(fingerprint, path = '') {
    state.account = fingerprint;
    localStorage.setItem(ACCOUNT_KEY, fingerprint);
    go(path);
    changed();
}

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
