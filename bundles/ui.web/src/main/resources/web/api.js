// The node's HTTP API, as /api/v1/openapi.json describes it.

const BASE = '/api/v1/';

/** A request that did not succeed; the message is a sentence for the user. */
export class ApiError extends Error {
    /** @param status of HTTP; 0 if the node could not be reached */
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

async function call(method, path, body, type = 'application/json') {
    let response;
    try {
        response = await fetch(BASE + path, {
            method,
            headers: body === undefined ? {} : {'Content-Type': type},
            body: body === undefined || type !== 'application/json' ? body : JSON.stringify(body),
        });
    } catch {
        throw new ApiError(0, 'Your node cannot be reached. Is it running?');
    }
    if (response.status === 204) {
        return null;
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
        throw new ApiError(response.status, answer.error || `Your node answered with the error ${response.status}.`);
    }
    return answer;
}

const contactPath = (account, ref) => `accounts/${account}/contacts/${ref}`;

export const api = {
    status: () => call('GET', 'status'),
    accounts: () => call('GET', 'accounts').then(answer => answer.accounts),
    createAccount: name => call('POST', 'accounts', {name}),
    chats: account => call('GET', `accounts/${account}/chats`).then(answer => answer.chats),
    addContact: (account, link, name) => call('POST', `accounts/${account}/contacts`, name ? {link, name} : {link}),
    accept: (account, ref) => call('POST', `${contactPath(account, ref)}/accept`),
    rename: (account, ref, name) => call('PATCH', contactPath(account, ref), {name}),
    messages: (account, ref, before) => call('GET', `${contactPath(account, ref)}/messages${before === undefined ? '' : `?before=${before}`}`),
    sendText: (account, ref, text) => call('POST', `${contactPath(account, ref)}/messages`, {text}),
    sendPicture: (account, ref, blob) => call('POST', `${contactPath(account, ref)}/messages`, blob, blob.type),
    markRead: (account, ref, number) => call('PUT', `${contactPath(account, ref)}/read`, {number}),
    planes: () => call('GET', 'planes').then(answer => answer.planes),
    switchPlane: name => call('PUT', 'planes/active', {name}).then(answer => answer.planes),
    linkCode: account => `${BASE}accounts/${account}/link.svg`,
};

const RETRY_MILLIS_MAX = 5_000;
/** A stream that is back by then was not worth a word. */
const LOST_MILLIS = 1_500;

/**
 * Listens to what happens, and goes on listening: the browser resumes a stream that broke, this one begins anew where the browser gives up.
 *
 * @param handlers by event name; also `open`, `lost`, and `refused` when this browser is not signed in (any more)
 */
export function listen(handlers) {
    const events = ['hello', 'reset', 'message', 'contact', 'read', 'accounts', 'status', 'planes'];
    let wait = 500;
    let lost;
    const open = () => {
        const source = new EventSource(`${BASE}events`);
        source.onopen = () => {
            wait = 500;
            clearTimeout(lost);
            lost = undefined;
            handlers.open();
        };
        source.onerror = async () => {
            lost ??= setTimeout(handlers.lost, LOST_MILLIS);
            if (source.readyState === EventSource.CLOSED) {
                const status = await api.status().then(() => 200, failure => failure.status);
                if (status === 401) {
                    clearTimeout(lost);
                    handlers.refused();
                } else {
                    setTimeout(open, wait);
                    wait = Math.min(RETRY_MILLIS_MAX, wait * 2);
                }
            }
        };
        for (const name of events) {
            source.addEventListener(name, event => handlers[name](JSON.parse(event.data)));
        }
    };
    open();
}
