import { fileUrl } from './api.js';
import { renderCard } from './card.js';
import { h, icon } from './dom.js';
import { timeOf, word } from './words.js';

/** What an attachment is, in words: a recording by its length and what is said, a broken file as such. */
function label({ kind, name, seconds, transcript, problem }) {
  if (kind === 'voice')
    return [word('voice'), seconds && `${seconds}″`, transcript && `“${transcript}”`].filter(Boolean).join(' ');
  return problem ? `${name} · ${word('broken')}` : name;
}

function attachment(file) {
  const { id, kind, name } = file;
  const picture = kind === 'image';
  return h(
    'div',
    { class: 'attachment' },
    h(
      'a',
      { href: fileUrl(id), target: '_blank', rel: 'noopener', class: picture ? '' : 'file' },
      picture
        ? h('img', { class: 'picture', src: fileUrl(id), alt: name, loading: 'lazy' })
        : [icon('file'), h('span', {}, label(file))],
    ),
  );
}

/** A colour of one's own, the same for the same person. */
const hueOf = (id) => [...id].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 6, 0);

export const nameOf = (people, id) => (id === 'bot' ? word('bot') : (people.get(id)?.name ?? id));

export function avatar(people, id) {
  const name = nameOf(people, id);
  return h(
    'span',
    { class: `avatar ${id === 'bot' ? 'bot' : `hue-${hueOf(id)}`}`, 'aria-hidden': 'true' },
    [...name][0],
  );
}

export const previewOf = (message) =>
  message.card?.summary ??
  message.text ??
  (message.recalled ? word('recalled') : message.attachments?.length ? `[${word('file')}]` : '');

/** One message of a chat. `context`: people, user, group, quoted(id), press, quote(message). */
export function renderMessage(message, { people, user, group, quoted, press, quote }) {
  const own = message.from === user;
  const original = message.quote && quoted(message.quote);
  return h(
    'article',
    { class: `message ${own ? 'own' : ''} ${message.private && group ? 'private' : ''}`, 'data-id': message.id },
    avatar(people, message.from),
    h(
      'div',
      { class: 'message-body' },
      h(
        'header',
        {},
        h('span', { class: 'name' }, nameOf(people, message.from)),
        h('time', { dateTime: message.at }, timeOf(message.at)),
        message.private && group && h('span', { class: 'badge' }, word('private')),
        message.failed && h('span', { class: 'failed' }, word('not_sent')),
        message.pending && !message.failed && h('span', { class: 'pending' }, word('sending')),
        message.failed && h('button', { class: 'link', type: 'button', onclick: message.retry }, word('retry')),
        !message.pending &&
          h(
            'button',
            {
              class: 'icon-button quote-button',
              type: 'button',
              title: word('quote'),
              'aria-label': word('quote'),
              onclick: () => quote(message),
            },
            icon('quote'),
          ),
      ),
      original && h('p', { class: 'quoted' }, `${nameOf(people, original.from)} · ${previewOf(original)}`),
      message.text && h('p', { class: 'bubble' }, message.text),
      message.recalled && h('p', { class: 'pending' }, word('recalled')),
      message.card && renderCard(message.card, (action, button) => press(message, action, button)),
      (message.attachments ?? []).map(attachment),
    ),
  );
}
