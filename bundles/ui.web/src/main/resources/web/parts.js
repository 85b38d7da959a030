// Small things that several screens are made of.

import {Component, createRef, h} from './lib/preact.js';
import {hueOf} from './state.js';
import {initial} from './words.js';

const ICONS = {
    back: 'M15 5l-7 7 7 7',
    link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.700L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.700L12 17',
    person: 'M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 20c0-3.5 2.9-6 6.5-6s6.5 2.5 6.5 6M19 8v6M16 11h6',
    settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
    picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.500h.01',
    send: 'M4 12l16-8-6 16-3-6.500z',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    close: 'M6 6l12 12M18 6L6 18',
};

export const icon = name => h('svg', {class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true'}, h('path', {d: ICONS[name]}));

export const avatar = (name, ref, large) =>
    h('span', {class: `avatar hue${hueOf(ref)}${large ? ' large' : ''}`, 'aria-hidden': 'true'}, initial(name));

export const dot = tone => h('span', {class: `dot ${tone}`, 'aria-hidden': 'true'});

export const hidden = text => h('span', {class: 'hidden'}, text);

/** A screen beside the list: its heading takes the focus when it opens, for those who do not see it. */
export class Panel extends Component {
    heading = createRef();

    componentDidMount() {
        if (!document.activeElement || document.activeElement === document.body || document.activeElement.closest('nav')) {
            this.heading.current.focus();
        }
    }

    render({title, children}) {
        return h('main', {class: 'panel'},
            h('div', {class: 'column'},
                h('a', {class: 'button quiet back', href: '#/'}, icon('back'), 'Back'),
                h('h1', {tabIndex: -1, ref: this.heading}, title),
                children));
    }
}

/**
 * A form whose submit is a promise: it says what is going on, and what went wrong.
 * Properties: submit(values), label of the button, busyLabel, quietly to follow what is typed.
 */
export class Form extends Component {
    state = {busy: false, error: ''};

    submit = async event => {
        event.preventDefault();
        if (this.state.busy) {
            return;
        }
        const values = Object.fromEntries(new FormData(event.currentTarget));
        this.setState({busy: true, error: ''});
        try {
            await this.props.submit(values);
            this.setState({busy: false});
        } catch (failure) {
            this.setState({busy: false, error: failure.message});
        }
    };

    render({label, busyLabel, children, disabled}, {busy, error}) {
        return h('form', {onSubmit: this.submit, 'aria-busy': String(busy)},
            children,
            error && h('p', {class: 'error', role: 'alert'}, error),
            h('button', {class: 'primary', disabled: busy || disabled}, busy && h('span', {class: 'spinner', 'aria-hidden': 'true'}),
                busy ? busyLabel : label),
            h('span', {class: 'hidden', role: 'status'}, busy ? busyLabel : ''));
    }
}

/** Copies a text, and says so for a moment. */
export class CopyButton extends Component {
    state = {copied: false};

    copy = async () => {
        try {
            await navigator.clipboard.writeText(this.props.text);
        } catch {
            const {current} = this.props.field; // the browser forbids it: mark the text, so that the user can
            current.focus();
            current.select();
            return;
        }
        this.setState({copied: true});
        this.timer = setTimeout(() => this.setState({copied: false}), 2_000);
    };

    componentWillUnmount() {
        clearTimeout(this.timer);
    }

    render({label}, {copied}) {
        return h('button', {type: 'button', class: 'primary', onClick: this.copy},
            icon('copy'), h('span', {role: 'status'}, copied ? 'Copied' : label));
    }
}
