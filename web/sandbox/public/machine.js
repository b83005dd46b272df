/** The machine at work: asks once a second, and stops while nobody looks. */
const EVERY_MS = 1000;
const PATIENCE_MS = 5000;

const byId = (id) => document.getElementById(id);
const main = byId('machine');

/* words, times */

const catalogues = {};
let locale = localStorage.getItem('gongdan.locale') ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
/** One of the page's words; `{n}`, `{at}` and `{for}` in it become the values. */
const word = (name, values = {}) =>
  (catalogues[locale]?.[`machine_${name}`] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
const number = (n) => n.toLocaleString(locale);

function duration(ms) {
  const s = Math.round(ms / 1000);
  if (s < 60) return word('s', { n: ms < 10_000 && ms % 1000 !== 0 ? (ms / 1000).toFixed(1) : s });
  if (s < 3600) return word('min', { n: Math.round(s / 60) });
  return s < 172_800 ? word('h', { n: Math.round(s / 3600) }) : word('d', { n: Math.round(s / 86_400) });
}

/** The time of day, with its date when it was another day. */
function moment(at, seconds = false) {
  const then = new Date(at);
  const day = then.toDateString() === new Date().toDateString() ? {} : { month: 'numeric', day: 'numeric' };
  const time = { hour: '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }), hourCycle: 'h23' };
  return then.toLocaleString(locale, { ...day, ...time });
}

/* elements: made once, changed only where something changed, so that nothing jumps */

function h(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
/** A colour and the word beside it. */
function state(element, tone, text) {
  if (element.dataset.tone !== tone) element.dataset.tone = tone;
  say(element, text);
}

/** Keeps one child per item in the order of the items: `draw` makes it and returns what changes it. */
function list(parent, draw) {
  const known = new Map();
  return (items, keyOf) => {
    const keys = items.map(keyOf);
    for (const [key, { element }] of known)
      if (!keys.includes(key)) {
        element.remove();
        known.delete(key);
      }
    for (const [i, item] of items.entries()) {
      if (!known.has(keys[i])) known.set(keys[i], draw());
      const { element, update } = known.get(keys[i]);
      if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null);
      update(item);
    }
  };
}

/* figures over everything */

function drawTile(name) {
  const [label, value, note] = [h('h2'), h('p', 'value'), h('p', 'note')];
  return {
    element: h('section', 'panel tile', label, value, note),
    update(n, text, tone = '') {
      say(label, word(name));
      say(value, number(n));
      value.dataset.tone = n > 0 ? tone : '';
      say(note, text);
    },
  };
}

/* budgets */

/** Their order stays, whatever is used most. */
const byGroup = (a, b) => ((a.group?.conversation ?? '') < (b.group?.conversation ?? '') ? -1 : 1);

function drawBudget() {
  const [name, group, mode] = [h('span', 'name'), h('span', 'quiet'), h('span', 'state')];
  const [bar, figures, reserve] = [h('div', 'bar', h('i')), h('span', ''), h('span', 'quiet')];
  const head = h('div', 'line', h('span', 'grow cut', name, ' ', group), mode);
  return {
    element: h('li', 'budget', head, bar, h('div', 'line small', figures, reserve)),
    update({ name: limit, group: of, used, count, windowMs, reserve: kept }) {
      const free = count - (kept ? kept.urgent + kept.redraw : 0);
      const [tone, text] = used >= count ? ['red', 'full'] : used >= free ? ['amber', 'tight'] : ['blue', 'free'];
      say(name, of?.name ?? word('whole'));
      say(group, limit);
      state(mode, tone, word(text));
      bar.dataset.tone = tone;
      bar.classList.toggle('whole', free === count);
      bar.style.setProperty('--used', Math.min(1, used / count));
      bar.style.setProperty('--free', free / count);
      say(figures, `${number(used)} / ${number(count)} ${word('window', { for: duration(windowMs) })}`);
      say(reserve, free < count ? word('reserve', { n: number(count - free) }) : '');
    },
  };
}

/* groups */

function drawBoard() {
  const [name, dots, figures, note] = [h('span', 'board-name'), h('span', 'dots'), h('span', 'count'), h('span')];
  dots.ariaHidden = 'true';
  return {
    element: h('li', 'board', name, dots, figures, h('span', 'board-note quiet small', note)),
    update({ number: n, rows, most, state: how, shownAt }) {
      while (dots.children.length < most) dots.append(h('i'));
      while (dots.children.length > most) dots.lastChild.remove();
      for (const [i, dot] of [...dots.children].entries()) dot.className = i < rows ? 'on' : '';
      say(name, word('board', { n }));
      say(figures, `${rows} / ${most}`);
      const at = shownAt && moment(shownAt, true);
      say(note, how === 'live' && at ? word('live', { at }) : word(how === 'reserved' ? 'reserved' : 'hidden'));
    },
  };
}

function drawRoom() {
  const [name, id, mode] = [h('span', 'name'), h('span', 'quiet'), h('span', 'state')];
  const [label, length, since] = [h('span'), h('strong', 'length'), h('span', 'quiet grow cut')];
  const boards = h('ul', 'boards');
  const update = list(boards, drawBoard);
  const head = h('div', 'line', h('span', 'grow cut', name, ' ', id), mode);
  return {
    element: h('li', 'room', head, h('div', 'line', label, length, since), boards),
    update({ name: team, conversation, surgeSince, waiting, oldest, boards: now, surge }) {
      say(name, team);
      say(id, conversation);
      if (surgeSince) state(mode, 'amber', word('surge', { at: moment(surgeSince) }));
      else state(mode, 'grey', word('calm'));
      say(label, word('list'));
      say(length, number(waiting));
      say(since, oldest ? word('since', { at: moment(oldest, true) }) : word('none'));
      const none = { rows: 0, state: 'none', shownAt: null };
      const count = Math.max(surge.boards, ...now.map((board) => board.number));
      const all = Array.from({ length: count }, (_, i) => ({
        ...(now.find((board) => board.number === i + 1) ?? none),
        number: i + 1,
        most: surge.rows,
      }));
      update(all, (board) => board.number);
    },
  };
}

/* platforms */

function drawApp() {
  const [name, mode, sends, waits, dead, lag] = ['name grow', 'state', ...Array(4).fill('cut')].map((c) =>
    h('span', c),
  );
  const [budgetsTitle, noBudgets, budgets] = [h('h3'), h('p', 'quiet'), h('ul', 'cards')];
  const [groupsTitle, noGroups, groups] = [h('h3'), h('p', 'quiet'), h('ul', 'cards')];
  const updateBudgets = list(budgets, drawBudget);
  const updateGroups = list(groups, drawRoom);
  const title = h('h2', 'line', name, mode);
  const facts = h('div', 'facts', sends, waits, dead, lag);
  return {
    element: h('section', 'panel app', title, facts, groupsTitle, noGroups, groups, budgetsTitle, noBudgets, budgets),
    update({ app, sends: own, downSince, waiting, oldestMs, dead: lost, lagMs, budgets: limits, rooms, surge }) {
      const [platform, installation] = app.split('\n');
      say(name, platform === installation ? platform : `${platform} · ${installation}`);
      if (downSince) state(mode, 'red', word('down', { at: moment(downSince) }));
      else state(mode, 'green', word('up'));
      say(sends, word(own ? 'sends' : 'else'));
      const age = oldestMs === null ? '' : duration(oldestMs);
      say(waits, word(age === '' ? 'waits' : 'waits_for', { n: number(waiting), for: age }));
      say(dead, word('deads', { n: number(lost) }));
      say(lag, lagMs === null ? '' : word('lag', { for: duration(lagMs) }));
      say(budgetsTitle, word('budgets'));
      say(noBudgets, limits.length === 0 ? word('no_budgets') : '');
      updateBudgets(limits.toSorted(byGroup), (limit) => `${limit.name} ${limit.group?.conversation ?? ''}`);
      say(groupsTitle, word('groups'));
      say(noGroups, rooms.length === 0 ? word('no_groups') : '');
      updateGroups(
        rooms.map((room) => ({ ...room, surge })),
        (room) => room.conversation,
      );
    },
  };
}

/* the page */

const tiles = Object.fromEntries(['inbox', 'outbox', 'parked', 'dead'].map((name) => [name, drawTile(name)]));
const apps = h('div', 'apps');
const updateApps = list(apps, drawApp);
main.append(h('div', 'tiles', ...Object.values(tiles).map(({ element }) => element)), apps);

let newest = null;
let lostSince = null;

function draw() {
  // Without its words the page has nothing to say yet.
  document.body.hidden = catalogues.en === undefined;
  document.documentElement.lang = locale;
  document.title = word('title');
  say(byId('title'), word('title'));
  say(byId('back'), word('back'));
  say(byId('language'), catalogues[locale]?.language ?? '');
  main.hidden = newest === null;
  say(byId('summary'), summary());
  byId('summary').classList.toggle('away', lostSince !== null);
  main.classList.toggle('stale', lostSince !== null);
  if (newest === null) return;
  const { inbox, surge, apps: all } = newest;
  const sum = (key) => all.reduce((total, app) => total + app[key], 0);
  const oldest = Math.max(...all.map((app) => app.oldestMs ?? -1));
  tiles.inbox.update(inbox.open, inbox.open === 0 ? word('none') : '');
  tiles.outbox.update(sum('waiting'), oldest < 0 ? word('none') : word('oldest', { for: duration(oldest) }));
  const see = (n, command) => (n === 0 ? word('nothing') : word('see', { command }));
  tiles.parked.update(inbox.parked, see(inbox.parked, 'gongdan inbox list'), 'amber');
  tiles.dead.update(sum('dead'), see(sum('dead'), 'gongdan dead-letters list'), 'red');
  updateApps(
    all.map((app) => ({ ...app, surge })),
    ({ app }) => app,
  );
}

/** The one line that is read out: what is not as usual, never a figure that moves by itself. */
function summary() {
  if (lostSince !== null) return word('away', { at: moment(lostSince, true) });
  if (newest === null) return '';
  const { inbox, apps: all } = newest;
  const told = [
    ['downs', all.filter((app) => app.downSince !== null).length],
    ['surges', all.flatMap((app) => app.rooms).filter((room) => room.surgeSince !== null).length],
    ['deads', all.reduce((total, app) => total + app.dead, 0)],
    ['parks', inbox.parked],
  ].filter(([, n]) => n > 0);
  return told.length === 0 ? word('well') : told.map(([name, n]) => word(name, { n: number(n) })).join(' · ');
}

async function ask(path) {
  const answer = await fetch(`/sandbox/api/${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

let timer = null;
let asking = false;
async function poll() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  try {
    for (const each of ['zh-CN', 'en']) catalogues[each] ??= await ask(`words/${each}`);
    newest = await ask('machine');
    lostSince = null;
  } catch {
    lostSince ??= Date.now();
  }
  asking = false;
  draw();
  if (!document.hidden) timer = setTimeout(poll, EVERY_MS);
}

byId('language').addEventListener('click', () => {
  locale = locale === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem('gongdan.locale', locale);
  draw();
});
document.addEventListener('visibilitychange', poll);
await poll();
