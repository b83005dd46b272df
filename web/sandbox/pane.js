import { postAction, postMessage } from './api.js';
import { Composer } from './composer.js';
import { freshId, h, icon } from './dom.js';
import { Feed } from './feed.js';
import { askForm } from './form.js';
import { previewOf, renderMessage } from './message.js';
import { dayOf, timeOf, word } from './words.js';

const KINDS = [
  ['customer', 'customers'],
  ['group', 'groups'],
  ['direct', 'directs'],
];

/** One person's messenger: who one is, the chats, one chat. */
export class Pane {
  #state;
  #people;
  #feed = null;
  #pending = [];
  #nodes = new Map();
  #choose;
  #following = true;

  constructor({ state, user, label, choose }) {
    this.#state = state;
    this.#people = new Map(state.people.map((person) => [person.id, person]));
    this.#choose = choose;
    this.composer = new Composer(
      (message) => this.#send(message),
      () => this.user,
    );
    this.who = h(
      'select',
      { 'aria-label': word('who'), onchange: () => this.become(this.who.value) },
      state.people.map(({ id, name, role }) => h('option', { value: id }, `${name} · ${word(role)}`)),
    );
    this.list = h('nav', { class: 'chats', 'aria-label': word('conversations') });
    this.title = h('h2', {});
    this.strip = h('p', { class: 'strip', role: 'status', hidden: true }, word('offline'));
    this.toast = h('p', { class: 'toast', role: 'alert', hidden: true });
    this.log = h('div', {
      class: 'log',
      role: 'log',
      'aria-live': 'polite',
      tabIndex: 0,
      onscroll: () => (this.#following = this.#isAtEnd()),
    });
    // A picture takes its room only once it is there: who was at the end stays there.
    this.log.addEventListener('load', () => this.#following && (this.log.scrollTop = this.log.scrollHeight), true);
    this.element = h(
      'section',
      { class: 'pane', 'aria-label': label },
      h('div', { class: 'side' }, h('label', { class: 'who' }, h('span', {}, word('who')), this.who), this.list),
      h(
        'div',
        { class: 'chat' },
        h(
          'header',
          { class: 'chat-head' },
          h(
            'button',
            {
              class: 'icon-button back',
              type: 'button',
              'aria-label': word('back'),
              title: word('back'),
              onclick: () => this.element.classList.remove('in-chat'),
            },
            icon('back'),
          ),
          this.title,
        ),
        this.strip,
        this.log,
        this.toast,
        this.composer.element,
      ),
    );
    this.become(user);
  }

  close() {
    this.#feed?.stop();
  }

  become(user) {
    this.#feed?.stop();
    this.#pending = [];
    if (this.user !== user) this.composer.clear();
    this.user = user;
    this.who.value = user;
    this.conversations = this.#state.conversations.filter(({ members }) => members.includes(user));
    this.element.classList.toggle('solo', this.conversations.length < 2);
    const feed = new Feed(user, this.conversations);
    this.#feed = feed;
    feed.addEventListener('online', () => (this.strip.hidden = true));
    feed.addEventListener('offline', () => (this.strip.hidden = false));
    feed.addEventListener('unread', () => this.#drawList());
    feed.addEventListener('list', ({ detail }) => {
      this.#drawList();
      if (detail.conversation === feed.current) this.#drawLog(detail.older === true);
    });
    feed.addEventListener('message', ({ detail }) => this.#hear(detail));
    this.#choose(user);
    const first = this.conversations.find(({ kind }) => kind === 'group') ?? this.conversations[0];
    this.#enter(first?.id ?? null, false);
  }

  #enter(id, byHand) {
    this.element.classList.toggle('in-chat', byHand || this.conversations.length < 2);
    this.chat = this.conversations.find((conversation) => conversation.id === id) ?? null;
    this.#feed.enter(id);
    this.title.textContent = this.chat?.title ?? word('nowhere');
    this.composer.element.hidden = this.chat === null;
    this.composer.place(this.chat?.kind === 'group');
    this.#drawLog(false);
    if (byHand && matchMedia('(hover: hover)').matches) this.composer.input.focus();
  }

  #drawList() {
    const entry = ({ id, title }) => {
      const { messages, unread } = this.#feed.chats.get(id);
      const latest = messages.at(-1);
      return h(
        'button',
        {
          class: 'entry',
          type: 'button',
          'aria-current': id === this.#feed.current ? 'true' : 'false',
          onclick: () => this.#enter(id, true),
        },
        h('span', { class: 'entry-title' }, title),
        latest && h('time', {}, timeOf(latest.at)),
        h('span', { class: 'entry-preview' }, latest ? previewOf(latest) : ''),
        unread > 0 && h('span', { class: 'unread' }, String(unread)),
      );
    };
    const focused = [...this.list.querySelectorAll('.entry')].indexOf(document.activeElement);
    this.list.replaceChildren(
      ...KINDS.flatMap(([kind, heading]) => {
        const some = this.conversations.filter((conversation) => conversation.kind === kind);
        return some.length === 0 ? [] : [h('h3', {}, word(heading)), ...some.map(entry)];
      }),
    );
    this.list.querySelectorAll('.entry')[focused]?.focus();
  }

  #isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
  }

  #render(message) {
    const messages = this.#feed.chats.get(this.chat.id).messages;
    return renderMessage(message, {
      people: this.#people,
      user: this.user,
      group: this.chat.kind === 'group',
      quoted: (id) => messages.find((other) => other.id === id),
      press: (pressed, action, button) => this.#press(pressed, action, button),
      quote: (quoted) => this.composer.quote(quoted),
    });
  }

  #drawLog(keepPlace) {
    const { log } = this;
    const fromEnd = log.scrollHeight - log.scrollTop;
    this.#nodes.clear();
    if (this.chat === null) {
      log.replaceChildren();
      return;
    }
    const { messages, more, loaded } = this.#feed.chats.get(this.chat.id);
    const pending = this.#pending.filter(({ conversation }) => conversation === this.chat.id);
    const parts = [];
    if (more)
      parts.push(
        h(
          'button',
          { class: 'link older', type: 'button', onclick: () => this.#feed.older(this.chat.id) },
          word('older'),
        ),
      );
    if (loaded && messages.length + pending.length === 0) parts.push(h('p', { class: 'empty' }, word('empty')));
    let day = null;
    for (const message of [...messages, ...pending]) {
      if (dayOf(message.at) !== day) {
        day = dayOf(message.at);
        parts.push(h('p', { class: 'day' }, day));
      }
      const node = this.#render(message);
      this.#nodes.set(message.id, node);
      parts.push(node);
    }
    log.replaceChildren(...parts);
    log.scrollTop = keepPlace ? log.scrollHeight - fromEnd : log.scrollHeight;
    this.#following = this.#isAtEnd();
  }

  #hear({ conversation, message, known }) {
    this.#drawList();
    if (message.from === this.user && !known) {
      const index = this.#pending.findIndex((p) => p.conversation === conversation && p.text === message.text);
      if (index >= 0) this.#pending.splice(index, 1);
    }
    if (conversation !== this.chat?.id) return;
    const node = this.#nodes.get(message.id);
    if (known && node) {
      const fresh = this.#render(message);
      fresh.classList.add('redrawn');
      node.replaceWith(fresh);
      this.#nodes.set(message.id, fresh);
      return;
    }
    this.#drawLog(!this.#isAtEnd() && message.from !== this.user);
  }

  #send(message) {
    const pending = {
      ...message,
      id: freshId(),
      conversation: this.chat.id,
      from: this.user,
      at: new Date().toISOString(),
      pending: true,
    };
    const user = this.user;
    const attempt = async () => {
      pending.failed = false;
      this.#drawLog(false);
      try {
        const { attachments, ...words } = message;
        await postMessage({
          ...words,
          ...(attachments && { attachments: attachments.map(({ id }) => id) }),
          conversation: pending.conversation,
          user,
          clientId: pending.id,
        });
        this.#pending = this.#pending.filter((other) => other !== pending);
      } catch {
        pending.failed = true;
      }
      this.#drawLog(false);
    };
    pending.retry = attempt;
    this.#pending.push(pending);
    void attempt();
  }

  async #press(message, action, button) {
    const surface = message.surface ?? null;
    const act = async (invoke, form, nonce) => {
      const answer = await postAction({
        surface,
        user: this.user,
        command: invoke.command,
        args: invoke.args,
        conversation: this.chat.id,
        clientId: freshId(),
        ...(message.version !== undefined && { version: message.version }),
        ...(form && { form: true, nonce }),
      });
      return answer.form ?? null;
    };
    const submit = (invoke, nonce) => act(invoke, true, nonce);
    if (action.form) {
      const opened = action.form.fields.some(({ required }) => required)
        ? await act(action.invoke, false).catch(() => null)
        : null;
      askForm(opened ?? action.form, submit);
      return;
    }
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    try {
      const form = await act(action.invoke, false);
      if (form) askForm(form, submit);
    } catch {
      this.#warn();
    }
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }

  #warn() {
    this.toast.textContent = word('failed');
    this.toast.hidden = false;
    setTimeout(() => (this.toast.hidden = true), 5000);
  }
}
