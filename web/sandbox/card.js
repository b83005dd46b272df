import { fileUrl } from './api.js';
import { h, icon } from './dom.js';
import { word } from './words.js';

function actionButton(action, press) {
  return h(
    'button',
    {
      class: `button ${action.style}`,
      type: 'button',
      title: action.typed,
      onclick: (event) => press(action, event.currentTarget),
    },
    action.label,
  );
}

function menu(actions, locale, press) {
  const details = h(
    'details',
    { class: 'menu' },
    h('summary', { class: 'button default' }, word('more', locale)),
    h(
      'div',
      { class: 'menu-items' },
      actions.map((action) =>
        h(
          'button',
          {
            class: `menu-item ${action.style}`,
            type: 'button',
            title: action.typed,
            onclick: (event) => {
              details.open = false;
              void press(action, event.currentTarget);
            },
          },
          action.label,
        ),
      ),
    ),
  );
  details.addEventListener('focusout', (event) => {
    if (!details.contains(event.relatedTarget)) details.open = false;
  });
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary').focus();
  });
  return details;
}

const words = (block) => h('p', { class: block.style === 'quote' ? 'card-quote' : 'card-text' }, block.text);

/** A text to be taken over into another program, as it stands. */
function copyable(text) {
  const button = h(
    'button',
    {
      class: 'button default',
      type: 'button',
      onclick: async () => {
        await navigator.clipboard.writeText(text);
        button.textContent = word('copied');
        setTimeout(() => {
          button.textContent = word('copy');
        }, 1500);
      },
    },
    word('copy'),
  );
  return h('div', { class: 'card-copy' }, h('pre', {}, text), button);
}

const BLOCKS = {
  text: (block) => (block.style === 'copy' ? copyable(block.text) : words(block)),
  fields: (block) =>
    h(
      'dl',
      { class: 'card-fields' },
      block.fields.map(({ label, value }) => h('div', {}, h('dt', {}, label), h('dd', {}, value))),
    ),
  list: (block, press) =>
    h(
      'ul',
      { class: 'card-list' },
      block.items.map((item) =>
        h(
          'li',
          {},
          h('div', { class: 'card-item' }, h('span', {}, item.text), item.detail && h('small', {}, item.detail)),
          item.action && actionButton(item.action, press),
        ),
      ),
    ),
  note: (block) => h('p', { class: 'card-note' }, block.text),
  image: (block) =>
    h(
      'a',
      { class: 'thumbnail', href: block.url ?? fileUrl(block.file), target: '_blank', rel: 'noopener' },
      h('img', { class: 'picture', src: fileUrl(block.file), alt: block.alt, loading: 'lazy' }),
    ),
  file: (block) =>
    h(
      'p',
      { class: 'card-file' },
      icon('file'),
      block.url
        ? h('a', { href: block.url, target: '_blank', rel: 'noopener' }, block.text)
        : h('span', {}, block.text),
    ),
  divider: () => h('hr', {}),
};

/** Blocks in their order; pictures that follow each other stand side by side. */
function drawn(blocks, press) {
  const elements = [];
  for (const [i, block] of blocks.entries()) {
    const element = BLOCKS[block.type](block, press);
    if (block.type !== 'image') elements.push(element);
    else if (blocks[i - 1]?.type === 'image') elements.at(-1).append(element);
    else elements.push(h('div', { class: 'thumbnails' }, element));
  }
  return elements;
}

/** A card from its data. `press(action, button)` hears of every button. */
export function renderCard(card, press) {
  const buttons = card.actions.filter(({ placement }) => placement === 'button');
  const rest = card.actions.filter(({ placement }) => placement === 'menu');
  return h(
    'section',
    { class: `card tone-${card.tone}`, 'aria-label': card.summary },
    card.title && h('h3', {}, card.title),
    card.status && h('p', { class: 'card-status' }, card.status),
    drawn(card.blocks, press),
    card.actions.length > 0 &&
      h(
        'div',
        { class: 'card-actions' },
        buttons.map((action) => actionButton(action, press)),
        rest.length > 0 && menu(rest, card.locale, press),
      ),
    card.footer && h('p', { class: 'card-footer' }, card.footer),
  );
}
