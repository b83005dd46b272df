import { useCallback, useEffect, useRef, useState } from 'react';
import { getTicket, Refused } from './api.ts';
import { CardView, Linked, type CardHands } from './card.tsx';
import { IconButton } from './icon.tsx';
import type { TicketView, TimelineEntry } from './model.ts';
import type { Stream } from './stream.ts';
import { withAbove, withFresh } from './timeline.ts';
import { useWords } from './words.tsx';

/** Changes that come this close together (ms) are read together. */
const SETTLE_MS = 250;

/** One ticket in full with everything that happened to it, as this person may read it; made anew for another ticket. */
export function Drawer({
  number,
  user,
  stream,
  hands,
  close,
}: {
  readonly number: number;
  readonly user: string;
  readonly stream: Stream;
  readonly hands: CardHands;
  readonly close: () => void;
}) {
  const words = useWords();
  const [view, setView] = useState<TicketView | null>(null);
  const [problem, setProblem] = useState<'none' | 'failed' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);

  /** Readings that were begun, and the latest whose answer is shown: answers may overtake each other. */
  const begun = useRef(0);
  const shown = useRef(0);
  const paging = useRef(false);

  const read = useCallback(async (): Promise<void> => {
    begun.current += 1;
    const nth = begun.current;
    try {
      const found = await getTicket(number, user, null);
      if (nth < shown.current) return;
      shown.current = nth;
      setView((before) => withFresh(before, found));
      setProblem(null);
    } catch (error) {
      if (nth >= shown.current) setProblem(error instanceof Refused && error.status === 404 ? 'none' : 'failed');
    }
  }, [number, user]);

  useEffect(() => {
    void read();
    heading.current?.focus();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = stream.hear((said) => {
      // Which ticket a message is about stands nowhere: after each that this person sees the ticket is read again.
      if (said.kind === 'event' && !said.event.users.includes(user)) return;
      if (said.kind === 'lost') return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, SETTLE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [read, stream, user]);

  const older = async (): Promise<void> => {
    const first = view?.entries[0];
    if (first === undefined || paging.current) return;
    paging.current = true;
    try {
      const page = await getTicket(number, user, first.seq);
      setView((now) => now && withAbove(now, first.seq, page));
      setProblem(null);
    } catch {
      setProblem('failed');
    }
    paging.current = false;
  };

  return (
    <aside
      className="drawer"
      aria-label={words.say('ticket', { no: `T-${number}` })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header className="drawer-head">
        <h2 ref={heading} tabIndex={-1}>
          T-{number}
        </h2>
        <IconButton name="close" label={words.say('close_ticket')} onClick={close} />
      </header>
      <div className="drawer-body" tabIndex={0} role="region" aria-label={words.say('timeline')}>
        {problem !== null && (
          <p className={view === null || problem === 'none' ? 'empty' : 'field-error'} role="alert">
            {words.say(problem === 'none' ? 'no_ticket' : 'failed')}
          </p>
        )}
        {view !== null && problem !== 'none' && (
          <>
            <CardView card={view.card} hands={hands} />
            <h3 className="timeline-title">{words.say('timeline')}</h3>
            {view.more && (
              <button type="button" className="link" onClick={() => void older()}>
                {words.say('older_events')}
              </button>
            )}
            <ol className="timeline">
              {view.entries.map((entry) => (
                <Entry key={entry.seq} entry={entry} open={hands.open} />
              ))}
            </ol>
          </>
        )}
      </div>
    </aside>
  );
}

function Entry({ entry, open }: { readonly entry: TimelineEntry; readonly open: CardHands['open'] }) {
  const words = useWords();
  return (
    <li className={`entry-${entry.by}${entry.mark === undefined ? '' : ` mark-${entry.mark}`}`}>
      <p className="entry-text">
        <Linked text={entry.text} open={open} />
        {entry.mark !== undefined && <span className="badge">{words.say(`mark_${entry.mark}`)}</span>}
      </p>
      {entry.words !== undefined && <p className="entry-words">{entry.words}</p>}
    </li>
  );
}
