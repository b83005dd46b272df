import { getState } from './api.js';
import { h, icon } from './dom.js';
import { Pane } from './pane.js';
import { currentLocale, loadWords, preferredLocale, useLocale, word } from './words.js';

const app = document.getElementById('app');
const wide = matchMedia('(min-width: 1100px)');
const remember = (key, value) => sessionStorage.setItem(`gongdan.${key}`, value);
const recall = (key) => sessionStorage.getItem(`gongdan.${key}`);

let panes = [];

function draw(state) {
  for (const pane of panes) pane.close();
  const has = (id) => state.people.some((person) => person.id === id);
  const pick = (key, ...roles) => {
    const kept = recall(key);
    if (kept && has(kept)) return kept;
    const byRole = roles.map((role) => state.people.find((person) => person.role === role));
    return (byRole.find(Boolean) ?? state.people[0])?.id;
  };
  const split = wide.matches && recall('split') !== 'no';
  const left = () =>
    new Pane({ state, user: pick('left', 'customer'), label: word('pane_left'), choose: (id) => remember('left', id) });
  const right = () =>
    new Pane({
      state,
      user: pick('right', 'agent', 'lead', 'manager', 'admin'),
      label: word('pane_right'),
      choose: (id) => remember('right', id),
    });
  panes = state.people.length === 0 ? [] : split ? [left(), right()] : [right()];
  app.className = split ? 'split' : 'single';
  const flip = (work) => {
    work();
    draw(state);
  };
  app.replaceChildren(
    h(
      'header',
      { class: 'top' },
      h('h1', {}, word('title')),
      wide.matches &&
        h(
          'button',
          {
            class: 'button default',
            type: 'button',
            onclick: () => flip(() => remember('split', split ? 'no' : 'yes')),
          },
          icon('split'),
          word(split ? 'single' : 'split'),
        ),
      h('a', { class: 'button default', href: '/sandbox/machine.html' }, word('machine')),
      h(
        'button',
        {
          class: 'button default',
          type: 'button',
          onclick: () => flip(() => useLocale(currentLocale() === 'en' ? 'zh-CN' : 'en')),
        },
        word('language'),
      ),
    ),
    h('main', {}, ...panes.map(({ element }) => element)),
  );
}

await loadWords();
useLocale(preferredLocale());
let state = await getState();
draw(state);
wide.addEventListener('change', () => draw(state));
document.addEventListener('world-changed', async () => {
  state = await getState();
  draw(state);
});
