import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { MessageView, OutgoingView, type MessageHands } from './message.tsx';
import type { Message, Person } from './model.ts';
import type { Chat } from './chat.ts';
import { useWords } from './words.tsx';

/** Messages that are drawn at first, and how many more each time somebody comes near the top. */
const FIRST = 20;
const MORE = 40;
/** Messages of one piece: what comes in below leaves every other piece as it is. */
const PIECE = 20;
/** Somebody this close (px) to the end wants to see what comes. */
const NEAR_END = 80;
/** Messages of one person within this time stand together. */
const TOGETHER_MS = 3 * 60_000;

interface Line {
  readonly message: Message;
  readonly follows: boolean;
  readonly quoted: Message | null;
  readonly redrawn: number;
  /** Begins a new day. */
  readonly day: string | null;
}

/** The messages of a chat: only the newest are drawn until somebody scrolls up, and what is out of sight costs no layout. */
export function Log({
  chat,
  user,
  people,
  group,
  hands,
  older,
}: {
  readonly chat: Chat;
  readonly user: string;
  readonly people: ReadonlyMap<string, Person>;
  readonly group: boolean;
  readonly hands: MessageHands;
  readonly older: () => Promise<void>;
}) {
  const words = useWords();
  const { messages, outgoing, redrawn, more, loaded } = chat;
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const scrolled = useRef(0);
  /** The message from which pieces are counted both ways, and the first that is drawn. */
  const [origin, setOrigin] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [below, setBelow] = useState(0);

  const newest = messages[Math.max(0, messages.length - FIRST)]?.id ?? null;
  if (loaded && origin === null && newest !== null) {
    setOrigin(newest);
    setFrom(newest);
  }
  const byId = useMemo(() => new Map(messages.map((m) => [m.id, m])), [messages]);
  const start = Math.max(
    0,
    messages.findIndex(({ id }) => id === from),
  );
  const pieces = useMemo(() => {
    const zero = Math.max(
      0,
      messages.findIndex(({ id }) => id === origin),
    );
    const found: Line[][] = [];
    let day = start > 0 ? words.day(messages[start - 1]?.at ?? '') : null;
    for (let at = start; at < messages.length; at += 1) {
      const message = messages[at];
      if (message === undefined) break;
      const before = messages[at - 1];
      const today = words.day(message.at);
      const line: Line = {
        message,
        follows: today === day && before !== undefined && isTogether(before, message),
        quoted: byId.get(message.quote ?? '') ?? null,
        redrawn: redrawn.get(message.id) ?? 0,
        day: today === day ? null : today,
      };
      day = today;
      // Counted from one message, so that what comes in above or below leaves every whole piece as it is.
      if (at === start || (at - zero) % PIECE === 0) found.push([]);
      found.at(-1)?.push(line);
    }
    return found;
  }, [messages, start, origin, redrawn, byId, words]);

  const end = messages.at(-1)?.place ?? 0;
  const wrote = outgoing.at(-1)?.at ?? '';
  /** Where the chat ended when somebody was last at its end, and when they last wrote. */
  const seen = useRef({ end, wrote });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Whoever writes goes to the end; a message that failed and still stands there is no reason to.
    if (wrote > seen.current.wrote || following.current) {
      following.current = true;
      element.scrollTop = element.scrollHeight;
      seen.current = { end, wrote: wrote > seen.current.wrote ? wrote : seen.current.wrote };
      setBelow(0);
    } else setBelow(messages.filter(({ place, from: by }) => place > seen.current.end && by !== user).length);
  }, [messages, end, wrote, user]);

  // Pictures take their room when they come, and what was out of sight its own: who is at the end stays there.
  useEffect(() => {
    const element = box.current;
    if (element === null || inner.current === null) return undefined;
    const stay = (): void => {
      if (following.current) element.scrollTop = element.scrollHeight;
    };
    const watch = new ResizeObserver(stay);
    watch.observe(inner.current);
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, []);

  const hidden = start > 0;
  useEffect(() => {
    const element = box.current;
    if (element === null || top.current === null || !(hidden || more)) return undefined;
    let reading = false;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true || reading) return;
        // Browsers hold the place of what is in view, but not at the very top.
        if (element.scrollTop === 0) element.scrollTop = 1;
        if (hidden) {
          setFrom(messages[Math.max(0, start - MORE)]?.id ?? null);
          return;
        }
        reading = true;
        older()
          .catch(() => undefined)
          .finally(() => {
            reading = false;
          });
      },
      { root: element, rootMargin: '800px 0px 0px 0px' },
    );
    watch.observe(top.current);
    return () => {
      watch.disconnect();
    };
  }, [hidden, more, older, messages, start]);

  return (
    <div className="log-frame">
      <div
        className="log"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={words.say('messages')}
        tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          const { scrollTop, scrollHeight, clientHeight } = at;
          const before = scrolled.current;
          scrolled.current = scrollTop;
          if (scrollHeight - scrollTop - clientHeight < NEAR_END) {
            following.current = true;
            seen.current = { ...seen.current, end };
            if (below > 0) setBelow(0);
          } else if (scrollTop < before) {
            // Somebody went up; what only grew beneath them is still to be followed.
            following.current = false;
          }
        }}
      >
        <div className="log-inner" ref={inner}>
          <div className="log-top" ref={top} />
          {loaded && messages.length + outgoing.length === 0 && <p className="empty">{words.say('empty')}</p>}
          {pieces.map((lines, at) => (
            <Piece
              key={lines[0]?.message.id ?? ''}
              lines={lines}
              late={at >= pieces.length - 2}
              user={user}
              people={people}
              group={group}
              hands={hands}
            />
          ))}
          {outgoing.map((one) => (
            <OutgoingView key={one.clientId} outgoing={one} hands={hands} />
          ))}
        </div>
      </div>
      {below > 0 && (
        <button
          type="button"
          className="below"
          onClick={() => {
            const element = box.current;
            if (element !== null) element.scrollTop = element.scrollHeight;
          }}
        >
          <Icon name="down" />
          {words.say('below', { n: below })}
        </button>
      )}
    </div>
  );
}

const isTogether = (before: Message, message: Message): boolean =>
  before.from === message.from &&
  before.private === message.private &&
  before.card === undefined &&
  message.card === undefined &&
  Date.parse(message.at) - Date.parse(before.at) < TOGETHER_MS;

interface PieceProps {
  readonly lines: readonly Line[];
  /** Among the newest: always laid out, so that nothing moves when it comes into sight. */
  readonly late: boolean;
  readonly user: string;
  readonly people: ReadonlyMap<string, Person>;
  readonly group: boolean;
  readonly hands: MessageHands;
}

const sameLine = (a: Line, b: Line | undefined): boolean =>
  b !== undefined &&
  a.message === b.message &&
  a.redrawn === b.redrawn &&
  a.follows === b.follows &&
  a.day === b.day &&
  a.quoted === b.quoted;

const Piece = memo(
  function Piece({ lines, late, user, people, group, hands }: PieceProps): ReactNode {
    return lines.map(({ message, follows, quoted, redrawn, day }) => (
      <div key={message.id} className={late ? 'late' : ''}>
        {day !== null && <p className="day">{day}</p>}
        <MessageView
          message={message}
          user={user}
          people={people}
          group={group}
          follows={follows}
          redrawn={redrawn}
          quoted={quoted}
          hands={hands}
        />
      </div>
    ));
  },
  (a, b) =>
    a.hands === b.hands &&
    a.late === b.late &&
    a.user === b.user &&
    a.people === b.people &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, i) => sameLine(line, b.lines[i])),
);
