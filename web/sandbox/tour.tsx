import { useEffect, useRef, useState } from 'react';
import { postRestart } from './api.ts';
import { Icon, IconButton } from './icon.tsx';
import { isFresh, newStory, STEPS, type Guide } from './tour-steps.ts';
import { useWords } from './words.tsx';

/** Time (ms) to read what a step was about before the next begins by itself. */
const READING_MS = 6_000;
const KEY = 'gongdan.visited';

export const isFirstVisit = (): boolean => localStorage.getItem(KEY) === null;

class Left extends Error {}

type At =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'step'; readonly step: number; readonly reading: boolean }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'end' };

/** The guided visit: five steps that happen by themselves beside whatever the visitor does, and can be left at any moment. */
export function Tour({
  begun,
  show,
  leave,
  reload,
}: {
  /** It was asked for, so nobody has to be welcomed first. */
  readonly begun: boolean;
  readonly show: Guide['show'];
  readonly leave: () => void;
  /** The world was begun anew. */
  readonly reload: () => Promise<void>;
}) {
  const words = useWords();
  const [at, setAt] = useState<At>(begun ? { kind: 'step', step: 0, reading: false } : { kind: 'welcome' });
  const gone = useRef(false);
  const skip = useRef<(() => void) | null>(null);
  const running = useRef(false);

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve, reject) => {
      setTimeout(() => {
        if (gone.current) reject(new Left());
        else resolve();
      }, ms);
    });
  /** Ends when it was read, or when the visitor wants to go on. */
  const read = (): Promise<void> =>
    Promise.race([
      wait(READING_MS),
      new Promise<void>((resolve) => {
        skip.current = resolve;
      }),
    ]);

  const begin = async (): Promise<void> => {
    if (running.current) return;
    running.current = true;
    localStorage.setItem(KEY, 'yes');
    const guide: Guide = { words, show, wait };
    const story = newStory();
    try {
      setAt({ kind: 'step', step: 0, reading: false });
      if (!(await isFresh())) {
        await postRestart();
        await reload();
      }
      for (const [step, act] of STEPS.entries()) {
        setAt({ kind: 'step', step, reading: false });
        await act(guide, story);
        setAt({ kind: 'step', step, reading: true });
        await read();
      }
      setAt({ kind: 'end' });
    } catch (error) {
      if (!(error instanceof Left) && !gone.current) setAt({ kind: 'stuck' });
    }
    running.current = false;
  };

  const start = useRef(begun ? begin : null);
  useEffect(() => {
    gone.current = false;
    void start.current?.();
    start.current = null;
    return () => {
      gone.current = true;
    };
  }, []);

  const off = (): void => {
    localStorage.setItem(KEY, 'yes');
    leave();
  };
  const heading = at.kind === 'step' ? words.say('tour_step', { n: at.step + 1, of: STEPS.length }) : words.say('tour');
  const text =
    at.kind === 'step'
      ? words.say(`tour_${at.step + 1}${at.reading ? '_after' : ''}`)
      : words.say(at.kind === 'welcome' ? 'tour_welcome' : at.kind === 'end' ? 'tour_end' : 'tour_stuck');
  return (
    <section
      className="tour"
      aria-label={words.say('tour')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') off();
      }}
    >
      <div className="tour-words" aria-live="polite">
        <b>{heading}</b>
        <p>{text}</p>
      </div>
      <div className="tour-buttons">
        {at.kind === 'welcome' && (
          <button type="button" className="button primary" onClick={() => void begin()}>
            <Icon name="play" />
            {words.say('tour_start')}
          </button>
        )}
        {at.kind === 'step' && at.reading && (
          <button type="button" className="button primary" onClick={() => skip.current?.()}>
            {words.say('tour_next')}
          </button>
        )}
        {at.kind === 'step' && !at.reading && (
          <span className="tour-busy" role="status">
            {words.say('tour_busy')}
          </span>
        )}
        <IconButton name="close" label={words.say(at.kind === 'end' ? 'tour_close' : 'tour_leave')} onClick={off} />
      </div>
      <span
        className={`tour-progress${at.kind === 'step' && at.reading ? ' reading' : ''}`}
        key={at.kind === 'step' ? `${at.step}${at.reading}` : at.kind}
      />
    </section>
  );
}
