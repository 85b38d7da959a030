// One conversation: what was said, what became of it, and the line to write in.

import {Component, createRef, Fragment, h} from './lib/preact.js';
import {isImage, prepare} from './images.js';
import {accept, send, write} from './actions.js';
import {loadEarlier} from './model.js';
import {avatar, icon} from './parts.js';
import {chat, draft, state, talk, tell} from './state.js';
import {clock, contactState, day, exactly, fate, kilobytes, nameOf, sameDay} from './words.js';

/** Pixels from the end that still count as being at the end. */
const END_PIXELS = 80;

export class Conversation extends Component {
    state = {dropping: 0, shown: null};

    take = async files => {
        const file = [...files].find(isImage);
        if (!file) {
            if (files.length > 0) {
                tell('Only pictures can be sent for now.');
            }
            return;
        }
        try {
            write(this.props.contact, {picture: await prepare(file)});
        } catch (failure) {
            tell(failure.message);
        }
    };

    drag = step => event => {
        if ([...event.dataTransfer.types].includes('Files')) {
            event.preventDefault();
            this.setState(({dropping}) => ({dropping: step === 0 ? dropping : dropping + step}));
        }
    };

    drop = event => {
        event.preventDefault();
        this.setState({dropping: 0});
        this.take(event.dataTransfer.files);
    };

    render({contact: ref}, {dropping, shown}) {
        const open = chat(ref);
        if (!open) {
            return h('main', {class: 'panel'}, h('p', {class: 'empty'}, state.loaded ? 'There is no such conversation.' : 'Loading …'));
        }
        const {contact} = open;
        const name = nameOf(contact);
        const how = state.link === 'open' ? contactState(contact) : {tone: 'calm', text: 'Your node cannot be reached'};
        return h('main', {class: 'conversation', 'aria-label': `Conversation with ${name}`,
            onDragEnter: this.drag(1), onDragLeave: this.drag(-1), onDragOver: this.drag(0), onDrop: this.drop},
            h('header', {},
                h('a', {class: 'button quiet back', href: '#/', 'aria-label': 'Back to all conversations'}, icon('back')),
                avatar(name, ref),
                h('div', {class: 'who'}, h('h1', {}, name), h('small', {class: how.tone}, how.text)),
                h('a', {class: 'button', href: `#/contact/${ref}`}, h('span', {class: 'wide'}, 'Contact details'), h('span', {class: 'narrow'}, 'Details'))),
            h(Log, {key: `${state.account}${ref}`, open: talk(ref), contact, name, show: message => this.setState({shown: message})}),
            contact.state === 'request' ? h(Accept, {contact, name}) : h(Composer, {key: ref, contact: ref, name, take: this.take}),
            dropping > 0 && h('p', {class: 'dropping'}, 'Drop the picture here'),
            shown && h(Lightbox, {message: shown, close: () => this.setState({shown: null})}));
    }
}

class Log extends Component {
    box = createRef();

    getSnapshotBeforeUpdate(previous) {
        const box = this.box.current;
        return {
            end: !previous.open || box.scrollHeight - box.scrollTop - box.clientHeight < END_PIXELS,
            fromEnd: box.scrollHeight - box.scrollTop,
        };
    }

    componentDidUpdate(previous, _, before) {
        const box = this.box.current;
        const numbers = this.numbers();
        if (before.end && this.first === numbers.first || this.first === undefined || this.last !== numbers.last && numbers.mine) {
            this.toEnd();
        } else if (this.first !== numbers.first) {
            box.scrollTop = box.scrollHeight - before.fromEnd; // earlier ones came above: what was being read stays where it is
        }
        Object.assign(this, numbers);
    }

    componentDidMount() {
        Object.assign(this, this.numbers());
        this.toEnd();
        // pictures and the keyboard of a phone change heights after the fact
        this.resized = new ResizeObserver(() => this.atEnd && this.toEnd());
        this.resized.observe(this.box.current);
        this.resized.observe(this.box.current.firstElementChild);
    }

    componentWillUnmount() {
        this.resized.disconnect();
    }

    toEnd() {
        const box = this.box.current;
        box.scrollTop = box.scrollHeight;
        this.atEnd = true;
    }

    scrolled = () => {
        const box = this.box.current;
        this.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < END_PIXELS;
    };

    numbers() {
        const all = sorted(this.props.open);
        const last = all[all.length - 1];
        return {first: all.length ? all[0].number : undefined, last: last && last.number, mine: last && last.direction === 'out'};
    }

    render({open, contact, name, show}) {
        const messages = sorted(open);
        const pending = messages.filter(message => message.direction === 'out' && ['waiting', 'stored'].includes(message.state)).pop();
        return h('div', {class: 'log', role: 'log', 'aria-label': 'Messages', tabIndex: 0, ref: this.box, onScroll: this.scrolled},
            h('ol', {},
                open && open.earlier !== null && h('li', {key: 'earlier', class: 'earlier'},
                    h('button', {disabled: open.loading, onClick: () => loadEarlier(contact.ref)}, 'Show earlier messages')),
                messages.map((message, i) => h(Fragment, {key: message.number},
                    (i === 0 || !sameDay(messages[i - 1].at_ms, message.at_ms)) && h('li', {class: 'day'}, day(message.at_ms)),
                    h(Message, {message, contact, name, show, explained: message === pending}))),
                open && !open.loading && messages.length === 0 && contact.state === 'connected' && h('li', {class: 'empty'}, `Say hello to ${name}.`),
                contact.state === 'handshaking' && h('li', {class: 'aside'}, `${name} sees what you write only after accepting your request.`)));
    }
}

const sorted = open => open ? [...open.messages.values()].sort((a, b) => a.number - b.number) : [];

/** @param explained whether to say in plain words what became of it: once, under the last one that is not delivered */
function Message({message, contact, name, show, explained}) {
    const mine = message.direction === 'out';
    const became = mine && fate(message, contact);
    return h('li', {class: `message ${mine ? 'mine' : 'theirs'}`, 'data-number': message.number, 'data-state': message.state},
        h('div', {class: `bubble ${message.kind}`}, h('span', {class: 'hidden'}, mine ? 'You: ' : `${name}: `), h(Body, {message, name, show})),
        h('p', {class: 'meta'}, h('time', {dateTime: new Date(message.at_ms).toISOString(), title: exactly(message.at_ms)}, clock(message.at_ms)),
            became && h('span', {class: `fate ${became.tone}`, title: became.plain}, became.text)),
        explained && became.plain && h('p', {class: 'meaning'}, became.plain));
}

function Body({message, name, show}) {
    switch (message.kind) {
        case 'text': return h('p', {dir: 'auto'}, message.text);
        case 'image': return h('button', {class: 'quiet', 'aria-label': 'Show the picture in full', onClick: () => show(message)},
            h('img', {src: message.href, alt: message.direction === 'out' ? 'Picture you sent' : `Picture from ${name}`}));
        default: return h('a', {href: message.href, download: ''}, `Save this file (${kilobytes(message.bytes)}, ${message.mime_type})`);
    }
}

class Lightbox extends Component {
    dialog = createRef();

    componentDidMount() {
        this.dialog.current.showModal();
    }

    render({message, close}) {
        return h('dialog', {class: 'lightbox', ref: this.dialog, onClose: close, 'aria-label': 'Picture'},
            h('img', {src: message.href, alt: 'Picture in full'}),
            h('p', {}, h('a', {class: 'button', href: message.href, download: `picture-${message.number}.${message.mime_type.split('/')[1]}`}, 'Save'),
                h('button', {class: 'primary', onClick: close}, 'Close')));
    }
}

function Accept({contact, name}) {
    return h('div', {class: 'composer accept'},
        h('p', {}, `${name} wants to talk to you. If you do not know them, just leave it: they are not told.`),
        h('button', {class: 'primary', onClick: () => accept(contact.ref)}, `Accept ${name}`));
}

class Composer extends Component {
    field = createRef();
    file = createRef();

    componentDidMount() {
        if (matchMedia('(min-width: 761px)').matches) { // on a phone the keyboard would cover what one came to read
            this.field.current.focus();
        }
    }

    submit = event => {
        event.preventDefault();
        const {text, picture} = draft(this.props.contact);
        if (state.link === 'open' && (text.trim() || picture)) {
            send(this.props.contact);
            this.field.current.focus();
        }
    };

    keyed = event => {
        if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            this.submit(event);
        }
    };

    pasted = event => {
        if ([...event.clipboardData.files].some(isImage)) {
            event.preventDefault();
            this.props.take(event.clipboardData.files);
        }
    };

    chosen = event => {
        this.props.take(event.currentTarget.files);
        event.currentTarget.value = ''; // the same file may be chosen again
        this.field.current.focus();
    };

    remove = () => {
        URL.revokeObjectURL(draft(this.props.contact).picture.url);
        write(this.props.contact, {picture: null});
        this.field.current.focus();
    };

    render({contact, name}) {
        const {text, picture} = draft(contact);
        const obstacle = state.link !== 'open' ? 'No connection to your node: what you typed stays here until it is back'
            : text.trim() === '' && picture === null ? 'Write something or choose a picture first' : '';
        return h('form', {class: 'composer', onSubmit: this.submit},
            picture && h('div', {class: 'attached'}, h('img', {src: picture.url, alt: 'The picture to send'}),
                h('span', {}, `Picture, ${kilobytes(picture.blob.size)}${picture.changed ? ', made small enough to send' : ''}`),
                h('button', {type: 'button', onClick: this.remove}, icon('close'), 'Remove')),
            h('div', {class: 'line'},
                h('input', {type: 'file', accept: 'image/*', ref: this.file, onChange: this.chosen, hidden: true, 'aria-hidden': 'true'}),
                h('button', {type: 'button', class: 'attach', onClick: () => this.file.current.click(), 'aria-label': 'Attach a picture'},
                    icon('picture'), h('span', {}, 'Picture')),
                h('textarea', {ref: this.field, rows: 1, value: text, placeholder: `Message to ${name}`, 'aria-label': `Message to ${name}`, maxLength: 12_000,
                    onInput: event => write(contact, {text: event.currentTarget.value}), onKeyDown: this.keyed, onPaste: this.pasted}),
                h('button', {class: 'primary', disabled: obstacle !== '', title: obstacle, 'aria-label': 'Send'}, icon('send'), h('span', {}, 'Send'))));
    }
}
