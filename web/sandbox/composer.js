import { postFile } from './api.js';
import { h, icon } from './dom.js';
import { previewOf } from './message.js';
import { word } from './words.js';

const MAX_FILE = 25 * 1024 * 1024;
const MAX_FILES = 20;

/** Where one writes: Enter sends, Shift+Enter breaks the line, pictures can be pasted or dropped. */
export class Composer {
  #send;
  #user;
  #files = [];
  #quote = null;
  #busy = 0;

  /** `send(message)` takes what was written, `user()` tells who writes. */
  constructor(send, user) {
    this.#send = send;
    this.#user = user;
    this.input = h('textarea', {
      rows: 1,
      maxLength: 20_000,
      enterKeyHint: 'send',
      oninput: () => this.#grow(),
      onkeydown: (event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.#submit();
      },
      onpaste: (event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        void this.#add(event.clipboardData.files);
      },
    });
    this.chips = h('div', { class: 'chips' });
    this.picker = h('input', {
      type: 'file',
      multiple: true,
      hidden: true,
      tabIndex: -1,
      onchange: () => this.#add(this.picker.files),
    });
    this.element = h(
      'form',
      {
        class: 'composer',
        onsubmit: (event) => {
          event.preventDefault();
          this.#submit();
        },
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => {
          event.preventDefault();
          void this.#add(event.dataTransfer.files);
        },
      },
      this.chips,
      h(
        'div',
        { class: 'composer-row' },
        h(
          'button',
          {
            class: 'icon-button',
            type: 'button',
            title: word('attach'),
            'aria-label': word('attach'),
            onclick: () => this.picker.click(),
          },
          icon('clip'),
        ),
        this.picker,
        this.input,
        h(
          'button',
          { class: 'button primary send', type: 'submit', 'aria-label': word('send'), title: word('send') },
          icon('send'),
        ),
      ),
    );
  }

  /** Somebody else writes now: what was added was not theirs. */
  clear() {
    this.#files = [];
    this.#draw();
  }

  place(group) {
    const hint = word(group ? 'write_group' : 'write');
    this.input.placeholder = hint;
    this.input.setAttribute('aria-label', hint);
    this.quote(null);
  }

  quote(message) {
    this.#quote = message;
    this.#draw();
    if (message) this.input.focus();
  }

  #grow() {
    this.input.rows = Math.min(6, this.input.value.split('\n').length);
  }

  #whyNot(file) {
    if (file.size > MAX_FILE) return word('too_large');
    if (file.size === 0) return word('empty_file');
    return this.#files.length >= MAX_FILES ? word('too_many') : null;
  }

  async #add(files) {
    for (const file of files) {
      const entry = { name: file.name, kept: null, error: this.#whyNot(file) };
      this.#files.push(entry);
      this.#draw();
      if (entry.error) continue;
      this.#busy += 1;
      try {
        entry.kept = await postFile(file, this.#user());
      } catch {
        entry.error = word('failed');
      }
      this.#busy -= 1;
      this.#draw();
    }
    this.picker.value = '';
  }

  #draw() {
    const chip = (text, kind, remove) =>
      h(
        'span',
        { class: `chip ${kind}` },
        h('span', {}, text),
        h(
          'button',
          {
            class: 'icon-button',
            type: 'button',
            'aria-label': word('remove'),
            title: word('remove'),
            onclick: remove,
          },
          icon('close'),
        ),
      );
    this.chips.replaceChildren(
      ...(this.#quote ? [chip(`${word('quoted')}:${previewOf(this.#quote)}`, '', () => this.quote(null))] : []),
      ...this.#files.map((file) =>
        chip(
          file.error ? `${file.name}:${file.error}` : file.name,
          file.error ? 'bad' : file.kept ? '' : 'busy',
          () => {
            this.#files = this.#files.filter((other) => other !== file);
            this.#draw();
          },
        ),
      ),
    );
  }

  #submit() {
    // What cannot be sent is taken away by hand, so that nobody believes it went along.
    if (this.#busy > 0 || this.#files.some(({ error }) => error)) return;
    const text = this.input.value;
    const attachments = this.#files.flatMap(({ kept }) => kept ?? []);
    if (text.trim() === '' && attachments.length === 0) return;
    this.#send({
      ...(text.trim() !== '' && { text }),
      ...(attachments.length > 0 && { attachments }),
      ...(this.#quote && { quote: this.#quote.id }),
    });
    this.input.value = '';
    this.#files = [];
    this.#quote = null;
    this.#grow();
    this.#draw();
  }
}
