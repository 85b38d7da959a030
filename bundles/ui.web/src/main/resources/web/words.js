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

/** What became of a message of ours: a word to colour it by, and a sentence. */
export function fate(message, contact) {
    const name = nameOf(contact);
    const words = message.words || message.state;
    if (message.state === 'waiting' && contact.state !== 'connected') {
        return {tone: 'calm', text: `waiting: goes as soon as ${name} has accepted you`};
    }
    switch (message.state) {
        case 'delivered': return {tone: 'good', text: words};
        case 'expired': case 'failed': return {tone: 'bad', text: words};
        case 'stored': return {tone: 'calm', text: /^stored at \d+ of \d+$/.test(words) ? `${words} nodes until ${name} picks it up` : words};
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

/** The protocol's word for it says nothing to most people. */
const explained = reason => !reason || reason === 'waiting for their handshake' ? 'waiting until they accept you' : reason;

export function contactState(contact) {
    switch (contact.state) {
        case 'connected': return {tone: 'good', text: 'Connected, encrypted end to end'};
        case 'request': return {tone: 'ask', text: 'Wants to talk to you'};
        default: return {tone: 'calm', text: `Not connected yet: ${explained(contact.reason)}`};
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
    mailbox: ['Mailbox', 'While somebody is away, messages wait for them, encrypted, at other nodes of the network.'],
    direct: ['Direct', 'Messages go straight from device to device. While somebody is away, they wait on this computer.'],
};

export const planeName = name => (PLANES[name] || [name])[0];
export const planeAbout = name => (PLANES[name] || [name, 'Another way for messages to travel.'])[1];

const ROLES = {
    active: 'In use: sends and receives', preparing: 'Getting ready to be used', draining: 'Finishing what it was sending',
    receiving: 'Only receives, what others send this way', off: 'Not used',
};
export const planeRole = plane => plane.installed ? ROLES[plane.role] || plane.role : 'Not installed on this node';

export const kilobytes = bytes => `${Math.max(1, Math.round(bytes / 1024))} KB`;

/** Groups of four digits, as people read them aloud. */
export const spelled = hex => hex.match(/.{1,4}/g).join(' ');

export const initial = name => ([...name.trim()][0] || '?').toUpperCase();

/** One of the eight colours that avatars have, always the same for the same key. */
export const hue = ref => parseInt(ref.slice(0, 2), 16) % 8;
