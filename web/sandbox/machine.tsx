import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { patiently } from './api.ts';
import { duration, isLate, moment } from './figures.ts';
import { Icon } from './icon.tsx';
import { MachineApp } from './machine-app.tsx';
import type { Locale, Machine } from './model.ts';
import { useMachine, type Look } from './use-machine.ts';
import { loadWords, preferredLocale, rememberLocale, useWords, WordsProvider, type Words } from './words.tsx';

/** The page of the machine at work. */
function MachinePage({ words: first }: { readonly words: Words }) {
  const [words, setWords] = useState(first);
  const look = useMachine();
  useEffect(() => {
    document.documentElement.lang = words.locale;
    document.title = words.say('machine_title');
  }, [words]);
  const speak = async (locale: Locale): Promise<void> => {
    try {
      setWords(await loadWords(locale));
      rememberLocale(locale);
    } catch {
      // The page says already that the server is away.
    }
  };
  const summary = summaryOf(look, words);
  return (
    <WordsProvider value={words}>
      <header className="top">
        <h1>{words.say('machine_title')}</h1>
        <p className="summary state" role="status" data-tone={summary.tone}>
          {summary.text}
        </p>
        <a className="button tool" href="/">
          <Icon name="back" />
          {words.say('machine_back')}
        </a>
        <button
          type="button"
          className="button tool"
          onClick={() => void speak(words.locale === 'en' ? 'zh-CN' : 'en')}
        >
          <Icon name="globe" />
          {words.say('language')}
        </button>
      </header>
      <main className={look.lostSince === null ? '' : 'stale'}>
        {look.machine !== null && <Everything machine={look.machine} />}
      </main>
    </WordsProvider>
  );
}

interface Summary {
  readonly tone: 'red' | 'amber' | 'green' | 'grey';
  readonly text: string;
}

/** The one line that is read out: what is not as usual, never a figure that moves by itself. */
function summaryOf({ machine, lostSince }: Look, words: Words): Summary {
  if (lostSince !== null)
    return { tone: 'red', text: words.say('machine_away', { at: moment(lostSince, words, true) }) };
  if (machine === null) return { tone: 'grey', text: '' };
  const { inbox, apps } = machine;
  const rooms = apps.flatMap((app) => app.rooms);
  const told = [
    { word: 'downs', n: apps.filter(({ downSince }) => downSince !== null).length, tone: 'red' },
    { word: 'surges', n: rooms.filter(({ surgeSince }) => surgeSince !== null).length, tone: 'amber' },
    { word: 'deads', n: sum(apps, 'dead'), tone: 'red' },
    { word: 'parks', n: inbox.parked, tone: 'amber' },
  ].filter(({ n }) => n > 0);
  if (told.length === 0) return { tone: 'green', text: words.say('machine_well') };
  return {
    tone: told.some(({ tone }) => tone === 'red') ? 'red' : 'amber',
    text: told.map(({ word, n }) => words.say(`machine_${word}`, { n: n.toLocaleString(words.locale) })).join(' · '),
  };
}

const sum = (apps: Machine['apps'], key: 'waiting' | 'dead'): number =>
  apps.reduce((total, app) => total + app[key], 0);

function Everything({ machine: { inbox, surge, apps, jobs } }: { readonly machine: Machine }) {
  const words = useWords();
  const oldest = Math.max(...apps.map(({ oldestMs }) => oldestMs ?? -1));
  const see = (n: number, command: string): string =>
    n === 0 ? words.say('machine_nothing') : words.say('machine_see', { command });
  return (
    <>
      <div className="tiles">
        <Tile name="inbox" n={inbox.open} note={inbox.open === 0 ? words.say('machine_none') : ''} />
        <Tile
          name="outbox"
          n={sum(apps, 'waiting')}
          note={oldest < 0 ? words.say('machine_none') : words.say('machine_oldest', { for: duration(oldest, words) })}
        />
        <Tile name="parked" n={inbox.parked} note={see(inbox.parked, 'gongdan inbox list')} tone="amber" />
        <Tile name="dead" n={sum(apps, 'dead')} note={see(sum(apps, 'dead'), 'gongdan dead-letters list')} tone="red" />
      </div>
      {apps.map((app) => (
        <MachineApp key={app.app} app={app} surge={surge} />
      ))}
      <section className="panel jobs">
        <h2>{words.say('jobs')}</h2>
        <ul>
          {jobs
            .toSorted((a, b) => (a.name < b.name ? -1 : 1))
            .map(({ name, lagMs }) => (
              <li key={name} className="state" data-tone={isLate(lagMs) ? 'red' : 'green'}>
                {words.say('job_lag', { name, lag: duration(lagMs, words) })}
              </li>
            ))}
        </ul>
      </section>
    </>
  );
}

/** One figure over everything; `tone`: its colour when it is not zero. */
function Tile({
  name,
  n,
  note,
  tone,
}: {
  readonly name: 'inbox' | 'outbox' | 'parked' | 'dead';
  readonly n: number;
  readonly note: string;
  readonly tone?: 'amber' | 'red';
}) {
  const words = useWords();
  return (
    <section className="panel tile">
      <h2>{words.say(`machine_${name}`)}</h2>
      <p className="value" data-tone={n > 0 ? tone : undefined}>
        {n.toLocaleString(words.locale)}
      </p>
      <p className="note">{note}</p>
    </section>
  );
}

const place = document.getElementById('app');
if (place === null) throw new Error('the page has no place for its content');
createRoot(place).render(<MachinePage words={await patiently(() => loadWords(preferredLocale()))} />);
