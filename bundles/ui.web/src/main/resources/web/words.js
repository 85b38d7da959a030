// What things are called on the page. Pure functions: no state, no DOM.

const time = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const weekday = new Intl.DateTimeFormat(undefined, {weekday: 'short'});
const date = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short'});
const fullDate = new Intl.DateTimeFormat(undefined, {weekday: 'long', day: 'numeric', month: 'long', year: 'numeric'});
const exact = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});

const DAY_MILLIS = 86_400_000;

function dayStart(millis) {
    return new Date(millis).setHours(0, 0, 0, 0);
}

/** Days from then to now, by the calendar. */
function daysAgo(millis, now) {
    return Math.round((dayStart(now) - dayStart(millis)) / DAY_MILLIS);
}

export const clock = millis => time.format(millis);
export const exactly = millis => exact.format(millis);
export const sameDay = (a, b) => dayStart(a) === dayStart(b);

export function day(millis, now = Date.now()) {
    const days = daysAgo(millis, now);
    return days === 0 ? 'Today' : days === 1 ? 'Yesterday' : fullDate.format(millis);
}

/** As short as a list wants it. */
export function when(millis, now = Date.now()) {
    const days = daysAgo(millis, now);
    return days === 0 ? time.format(millis) : days === 1 ? 'Yesterday' : days < 7 ? weekday.format(millis) : date.format(millis);
}

/** What became of a message of ours: a word to colour it by, what it is called, and where it helps, what that means in plain words. */
export function fate(message, contact) {
    const name = nameOf(contact);
    const words = message.words || message.state;
    switch (message.state) {
        case 'delivered': return {tone: 'good', text: words, plain: `${name} has it.`};
        case 'expired': case 'failed': return {tone: 'bad', text: words};
        case 'waiting': return {tone: 'calm', text: contact.state === 'connected' ? words : `waiting for ${name} to accept`,
            plain: 'Not sent yet: keep this computer on. It goes by itself as soon as it can.'};
        case 'stored': return /^stored at \d+ of \d+$/.test(words)
            ? {tone: 'calm', text: `${words} nodes until ${name} picks it up`, plain: `Sent: ${name} gets it when they are back. You may switch off.`}
            : {tone: 'calm', text: words, plain: `${name} has not confirmed it yet: keep this computer on.`};
        default: return {tone: 'calm', text: words};
    }
}

/** A message in a line of a list. */
export function gist(message) {
    const body = message.kind === 'text' ? message.text : message.kind === 'image' ? 'Picture' : 'File';
    return message.direction === 'out' ? `You: ${body}` : body;
}

/** What to call somebody who may not have said their name yet. */
export const nameOf = contact => contact.name || `Unknown (${contact.ref.slice(0, 8)})`;

/** How far one is with somebody; not whether they are there, which nobody is told. The protocol's words for it say nothing to most people. */
export function contactState(contact) {
    switch (contact.state) {
        case 'connected': return {tone: 'calm', text: 'Contact accepted, encrypted end to end'};
        case 'request': return {tone: 'ask', text: 'Wants to talk to you'};
        default: return {tone: 'calm', text: !contact.reason || contact.reason === 'waiting for their handshake'
            ? `Request sent: waiting for ${nameOf(contact)} to accept`
            : contact.reason === 'their meta has not been found yet' ? `Looking for ${nameOf(contact)} in the network`
            : `Not connected yet: ${contact.reason}`};
    }
}

const STATES = {
    ready: ['good', 'Ready'], starting: ['calm', 'Starting'], joining: ['calm', 'Joining the network'], waiting: ['calm', 'Waiting'],
    draining: ['calm', 'Stopping'], off: ['off', 'Off'], failed: ['bad', 'Failed'],
};

/** How something is that has a state and a reason. */
export function stateOf(status) {
    const [tone, text] = STATES[status.state] || ['calm', status.state];
    return {tone, text: status.reason ? `${text}: ${status.reason}` : text};
}

const PLANES = {
    mailbox: ['Mailbox', 'While somebody is away, messages wait for them, encrypted, at other nodes of the network.',
        'Choose Mailbox if you are not always online at the same time.'],
    direct: ['Direct', 'Messages go straight from device to device. While somebody is away, they wait on this computer.',
        'Choose Direct if nobody else is to keep your messages, not even encrypted, and this computer stays on.'],
};

export const planeName = name => (PLANES[name] || [name])[0];
export const planeAbout = name => (PLANES[name] || [name, 'Another way for messages to travel.'])[1];
export const planeChoice = name => (PLANES[name] || [])[2] || '';

const ROLES = {
    active: 'Sends and receives', preparing: 'Getting ready to be used', draining: 'Finishing what it was sending',
    receiving: 'Also receives what others send this way', off: 'Not used',
};
export const planeRole = plane => plane.installed ? ROLES[plane.role] || plane.role : 'Not installed on this node';

export const kilobytes = bytes => `${Math.max(1, Math.round(bytes / 1024))} KB`;

/** Groups of four digits, as people read them aloud. */
export const spelled = hex => hex.match(/.{1,4}/g).join(' ');

export const initial = name => ([...name.trim()][0] || '?').toUpperCase();

const HUES = 16;
const hashed = ref => ([...ref].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), 0x811c9dc5) >>> 16) % HUES; // FNV-1a

/** Colours of avatars by key, the same for the same keys: each takes its own, or the next free one while there are some. */
export function huesOf(refs) {
    const hues = new Map();
    const free = new Set(Array(HUES).keys());
    for (const ref of refs) {
        let hue = hashed(ref);
        while (free.size > 0 && !free.has(hue)) {
            hue = (hue + 1) % HUES;
        }
        free.delete(hue);
        hues.set(ref, hue);
    }
    return hues;
}
