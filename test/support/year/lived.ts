import type { Directory } from '../../../src/domain/directory.ts';
import type { Facts } from '../../../src/domain/decision.ts';
import { Life } from '../life.ts';
import type { Hours } from './hours.ts';
import type { Expected } from './oracle.ts';
import type { Act, Plot } from './plot.ts';

/** What the product makes of a story, in the oracle's form. */
export function livedOf(plot: Plot, directory: Directory, hours: ReadonlyMap<string, Hours>, end: number): Expected {
  let now = plot.at;
  const standing: Facts['standing'] = (person) =>
    hours.get(person)?.works(now) === true ? { state: 'on', until: new Date(now + 1) } : { state: 'off', said: false };
  // Nobody's tickets are covered for here: whoever has one keeps it.
  const life = new Life(directory, { onDuty: () => true, standing });
  const { team, category, tags, priority, answersFrom, windowMs } = plot;
  life.open(new Date(plot.at), {
    team,
    category,
    tags,
    priority,
    answersFrom: answersFrom === null ? null : new Date(answersFrom),
    ...(windowMs !== null && { windowMs }),
  });
  const until = (moment: number): void => {
    for (;;) {
      const { nextDueAt } = life.it;
      if (nextDueAt === null || nextDueAt.getTime() > moment) return;
      now = nextDueAt.getTime();
      life.wake(nextDueAt);
    }
  };
  for (const act of plot.acts) {
    until(act.at);
    now = act.at;
    if (act.what === 'reply') {
      const message = `r${act.at}`;
      life.do(new Date(act.at), { type: 'reply', message, sure: true }, act.by);
      const replied = life.it.history.tail.some((e) => e.data['message'] === message);
      until(act.at + 5_000);
      if (replied) life.do(new Date(act.at + 5_000), { type: 'delivered', message }, { kind: 'system', name: 'd' });
    } else does(life, act, windowMs);
  }
  until(end);
  const lines = life.events.flatMap(({ at, type, data }) => {
    if (type !== 'reminded' && type !== 'prompted') return [];
    const passed = (data['passed'] ?? []) as { clock: string; share: number }[];
    const tell = (data['tell'] as { person: string; level: string; at: Date }[]).map(
      (t) => `${t.person}/${t.level}@${t.at.toISOString()}`,
    );
    const iso = at.toISOString();
    if (type === 'prompted') return tell.map((to) => `${iso} own → ${to}`);
    return [`${iso} ${passed.map(({ clock, share }) => `${clock} ${share}`).join(', ')} → ${tell.join(' ')}`];
  });
  return { lines, misses: life.it.misses.map(({ clock }) => clock as string).toSorted() };
}

function does(life: Life, act: Exclude<Act, { what: 'reply' }>, windowMs: number | null): void {
  const at = new Date(act.at);
  switch (act.what) {
    case 'claim':
      life.do(at, { type: 'claim' }, act.by);
      return;
    case 'message':
      if (!['resolved', 'closed'].includes(life.it.status)) life.says(at, '还没到', act.thanks, windowMs);
      return;
    case 'pend': {
      const until = act.until === null ? null : new Date(act.until);
      life.do(at, { type: 'pend', wait: act.wait, until }, act.by);
      return;
    }
    case 'transfer':
      life.do(at, { type: 'transfer', person: null, team: 'office', note: 'n', words: '' }, act.by);
      return;
    case 'vip':
      life.do(at, { type: 'tag', add: ['vip'], remove: [] }, act.by);
      return;
    case 'urgent':
      life.do(at, { type: 'prioritise', priority: 'urgent' }, act.by);
      return;
    case 'acknowledge':
      life.do(at, { type: 'acknowledge' }, act.by);
      return;
    case 'remind':
      life.do(at, { type: 'remind', at: new Date(act.when) }, act.by);
      return;
    case 'resolve':
      life.do(at, { type: 'resolve', disposition: 'handled', note: null, notice: `n${act.at}` }, act.by);
      return;
    case 'reopen':
      if (life.it.status === 'resolved') life.do(at, { type: 'reopen' }, act.by);
  }
}
