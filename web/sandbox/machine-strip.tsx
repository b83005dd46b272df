import { useState } from 'react';
import { postBurst, Refused } from './api.ts';
import { appName, duration, isLate } from './figures.ts';
import { Icon } from './icon.tsx';
import type { Machine } from './model.ts';
import { useMachine } from './use-machine.ts';
import { useWords } from './words.tsx';

const KEY = 'gongdan.machine';
const BURSTS = ['one', 'crowd', 'promotion'] as const;

/** The strip at the bottom: the machine at work, and buttons that give it something to do. */
export function MachineStrip() {
  const words = useWords();
  const [open, setOpen] = useState(() => sessionStorage.getItem(KEY) === 'open');
  const [said, setSaid] = useState('');

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
          <Figures />
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

function Figures() {
  const words = useWords();
  const { machine } = useMachine();
  // While the server is away the strip above says so, and the last figures stay.
  if (machine === null) return <p className="figures" />;
  const { inbox, apps, jobs } = machine;
  const latest = jobs.toSorted((a, b) => b.lagMs - a.lagMs)[0];
  return (
    <dl className="figures">
      <Figure name={words.say('inbox')} alarm={inbox.parked > 0}>
        {inbox.open}
        {inbox.parked > 0 && ` · ${words.say('parked', { n: inbox.parked })}`}
      </Figure>
      {apps.map((app) => (
        <App key={app.app} app={app} />
      ))}
      {latest !== undefined && (
        <Figure name={words.say('jobs')} alarm={isLate(latest.lagMs)}>
          {words.say('job_lag', { name: latest.name, lag: duration(latest.lagMs, words) })}
        </Figure>
      )}
    </dl>
  );
}

/** What waits for one platform, what is wrong with it, and the fullest of its budgets. */
function App({ app }: { readonly app: Machine['apps'][number] }) {
  const words = useWords();
  const { downSince, waiting, oldestMs, dead, budgets, rooms } = app;
  const surges = rooms.filter(({ surgeSince }) => surgeSince !== null).length;
  const [fullest] = budgets;
  return (
    <Figure name={words.say('outbox', { app: appName(app.app) })} alarm={downSince !== null || dead > 0}>
      {waiting}
      {oldestMs !== null && ` · ${duration(oldestMs, words)}`}
      {downSince !== null && ` · ${words.say('down')}`}
      {dead > 0 && ` · ${words.say('dead', { n: dead })}`}
      {surges > 0 && ` · ${words.say('surge', { n: surges })}`}
      {fullest !== undefined && (
        <meter
          min={0}
          max={fullest.count}
          value={fullest.used}
          title={`${fullest.name} ${fullest.used}/${fullest.count}`}
          aria-label={words.say('budget', { name: fullest.name, used: fullest.used, count: fullest.count })}
        />
      )}
    </Figure>
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
