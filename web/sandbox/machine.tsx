import { useEffect, useState } from 'react';
import { getMachine, postBurst, Refused } from './api.ts';
import { Icon } from './icon.tsx';
import { readMachine, type Machine } from './machine-reader.ts';
import { useWords } from './words.tsx';

/** The figures are looked at this often while they are in sight. */
const LOOK_MS = 1_500;
const KEY = 'gongdan.machine';
const BURSTS = ['one', 'crowd', 'promotion'] as const;

/** The strip at the bottom: the machine at work, and buttons that give it something to do. */
export function MachineStrip() {
  const words = useWords();
  const [open, setOpen] = useState(() => sessionStorage.getItem(KEY) === 'open');
  const [machine, setMachine] = useState<Machine | 'untold' | null>(null);
  const [said, setSaid] = useState('');

  useEffect(() => {
    if (!open) return undefined;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const answer = document.hidden ? undefined : await getMachine();
        if (answer !== undefined && !stopped) setMachine(answer === null ? 'untold' : readMachine(answer));
        // A server that does not tell will not tell a moment later.
        if (answer === null) return;
      } catch {
        // The server is away: the strip above says so, the last figures stay.
      }
      if (!stopped) timer = setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [open]);

  const burst = async (kind: (typeof BURSTS)[number]): Promise<void> => {
    try {
      const { messages } = await postBurst(kind, words.locale);
      setSaid(words.say('burst_sent', { n: messages }));
    } catch (error) {
      setSaid(words.say(error instanceof Refused && error.status === 409 ? 'burst_busy' : 'failed'));
    }
  };

  return (
    <section className={`machine${open ? ' open' : ''}`} aria-label={words.say('machine')}>
      <button
        type="button"
        className="machine-fold"
        aria-expanded={open}
        onClick={() => {
          sessionStorage.setItem(KEY, open ? 'folded' : 'open');
          setOpen(!open);
        }}
      >
        <Icon name={open ? 'down' : 'up'} />
        {words.say('machine')}
      </button>
      {open && (
        <>
          <Figures machine={machine} />
          <div className="bursts" role="group" aria-label={words.say('burst')}>
            {BURSTS.map((kind) => (
              <button key={kind} type="button" className="button default" onClick={() => void burst(kind)}>
                {words.say(`burst_${kind}`)}
              </button>
            ))}
            <a className="button default" href="/sandbox/machine.html">
              {words.say('machine_open')}
            </a>
          </div>
        </>
      )}
      <p className="machine-said" role="status">
        {open ? said : ''}
      </p>
    </section>
  );
}

function Figures({ machine }: { readonly machine: Machine | 'untold' | null }) {
  const words = useWords();
  if (machine === null) return <p className="figures" />;
  if (machine === 'untold') return <p className="figures">{words.say('machine_untold')}</p>;
  const { inbox, apps, jobs } = machine;
  const seconds = (ms: number): string => words.say('seconds', { n: (ms / 1_000).toFixed(1) });
  const latest = jobs.toSorted((a, b) => b.lagMs - a.lagMs)[0];
  return (
    <dl className="figures">
      {inbox !== null && (
        <Figure name={words.say('inbox')} alarm={inbox.parked > 0}>
          {inbox.open}
          {inbox.parked > 0 && ` · ${words.say('parked', { n: inbox.parked })}`}
        </Figure>
      )}
      {apps.map(({ app, down, waiting, oldestMs, dead, used, surge }) => (
        <Figure key={app} name={words.say('outbox', { app })} alarm={down || dead > 0}>
          {waiting}
          {waiting > 0 && ` · ${seconds(oldestMs)}`}
          {down && ` · ${words.say('down')}`}
          {dead > 0 && ` · ${words.say('dead', { n: dead })}`}
          {surge > 0 && ` · ${words.say('surge', { n: surge })}`}
          {used !== null && (
            <meter
              min={0}
              max={1}
              value={used.share}
              title={`${used.name} ${used.used}/${used.count}`}
              aria-label={words.say('budget', { name: used.name, used: used.used, count: used.count })}
            />
          )}
        </Figure>
      ))}
      {latest !== undefined && (
        <Figure name={words.say('jobs')} alarm={latest.lagMs > 10_000}>
          {words.say('job_lag', { name: latest.name, lag: seconds(latest.lagMs) })}
        </Figure>
      )}
    </dl>
  );
}

function Figure({
  name,
  alarm,
  children,
}: {
  readonly name: string;
  readonly alarm: boolean;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={alarm ? 'alarm' : ''}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
